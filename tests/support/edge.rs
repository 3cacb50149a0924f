//! A real nginx on loopback before a server, with the files of `nginx/` as they are. Only facts of the machine are replaced, in
//! `machine/*.conf`: ports, folders, logs; and TLS is left out, which `tests/operations` tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::{eventually, server::free_port};

/// A running nginx. Dropping it ends it.
pub struct Edge {
    /// Where it listens in place of TLS.
    pub port: u16,
    child: Child,
}

impl Edge {
    /// nginx before the server at `upstream`, with its files in a new folder below `folder`.
    pub async fn before(upstream: u16, folder: &Path) -> Self {
        let (port, plain) = (free_port(), free_port());
        let place = folder.join(format!("edge-{port}"));
        let files = place.join("nginx");
        copy(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/nginx")), &files);
        fs::create_dir_all(place.join("html")).expect("a folder");
        let here = place.display();
        // Its workers read this folder, which belongs to whoever runs the tests.
        let user = if is_root() { "user root;\n" } else { "" };
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let temporary: String = temporary.iter().map(|kind| format!("{kind}_temp_path {here}/{kind};\n")).collect();
        for (name, text) in [
            ("main", format!("{user}pid {here}/nginx.pid;\nerror_log {here}/error.log warn;\n")),
            ("listen-plain", format!("listen 127.0.0.1:{plain};\n")),
            ("listen-tls", format!("listen 127.0.0.1:{port};\n")),
            (
                "http",
                format!(
                    "include /etc/nginx/mime.types;\naccess_log {here}/access.log kazumi;\nroot {here}/html;\n{temporary}\
                     upstream kazumi_api {{ server 127.0.0.1:{upstream} max_fails=0; keepalive 64; }}\n"
                ),
            ),
        ] {
            fs::write(files.join(format!("machine/{name}.conf")), text).expect("a file");
        }
        // Debian keeps servers where an ordinary user's PATH does not look.
        let program = if Path::new("/usr/sbin/nginx").exists() { "/usr/sbin/nginx" } else { "nginx" };
        let mut command = Command::new(program);
        command.arg("-p").arg(&place).arg("-c").arg(files.join("nginx.conf")).args([
            "-e",
            "stderr",
            "-g",
            "daemon off;",
        ]);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.spawn().expect("nginx, which tools/install.sh installs");
        let mut edge = Self { port, child };
        eventually("nginx passes requests on", async || {
            if let Some(status) = edge.child.try_wait().expect("the process can be watched") {
                panic!("nginx ended with {status}");
            }
            let answer = reqwest::get(format!("http://127.0.0.1:{port}/readyz")).await;
            answer.is_ok_and(|answer| answer.status() == 200).then_some(())
        })
        .await;
        edge
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        // The workers end with their master only if it is asked.
        let _ = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry: PathBuf = entry.expect("an entry").path();
        let target = to.join(entry.file_name().expect("a name"));
        if entry.is_dir() {
            copy(&entry, &target);
        } else {
            fs::copy(&entry, &target).expect("a copy");
        }
    }
}
