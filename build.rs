//! Tells cargo that a migration file which was added must be embedded: the macro that embeds them only watches those it knows.

fn main() {
    println!("cargo:rerun-if-changed=sql/migrations");
}
