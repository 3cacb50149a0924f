//! A small disk of a cluster's own, which a test fills up.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::Command;

/// Takes all the room that is left.
const BALLAST: &str = "ballast";

/// Mounts an empty file system of so many MiB in memory. `Err` says why this machine does not.
pub fn mount(folder: &Path, mebibytes: u32) -> Result<(), String> {
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", &format!("size={mebibytes}m,mode=0755"), "tmpfs"]).arg(folder);
    let output = mount.output().map_err(|error| error.to_string())?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()) }
}

/// Fills what is left of the disk, to the last byte. Returns how many bytes that were.
pub fn fill(folder: &Path) -> u64 {
    let mut file = File::options().create(true).append(true).open(folder.join(BALLAST)).expect("a file");
    let mut piece = 1 << 20;
    while piece > 0 {
        match file.write(&vec![0; piece]) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::StorageFull => piece /= 2,
            Err(error) => panic!("the disk cannot be filled: {error}"),
        }
    }
    file.metadata().expect("its length").len()
}

/// Gives the room back.
pub fn empty(folder: &Path) {
    fs::remove_file(folder.join(BALLAST)).expect("the disk was filled");
}
