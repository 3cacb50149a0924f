//! Claims about reading the environment.

use std::collections::HashMap;

use super::*;

fn good() -> HashMap<&'static str, &'static str> {
    HashMap::from([
        ("KAZUMI_DATABASE_URL", "postgres://kazumi_app:x@localhost/kazumi"),
        ("KAZUMI_DATABASE_WRITER_URL", "postgres://kazumi_writer:x@localhost/kazumi"),
        ("KAZUMI_DATABASE_REGISTRAR_URL", "postgres://kazumi_registrar:x@localhost/kazumi"),
        ("KAZUMI_SIGNING_KEY_FILE", "/run/key.pem"),
        ("KAZUMI_REFRESH_SECRET", "9mS2vQe7Lx0bTz4hWc8nRf6pYk1uJd3gAo5i"),
    ])
}

fn read(variables: &HashMap<&'static str, &'static str>) -> Result<Config, Problems> {
    Config::read(|name| variables.get(name).map(|value| (*value).to_owned()))
}

#[test]
fn a_complete_environment_is_read_and_the_defaults_are_the_documented_ones() {
    let config = read(&good()).unwrap();
    assert_eq!(config.http_addr.to_string(), "127.0.0.1:8000");
    assert_eq!((config.room_threads, config.http_workers, config.trusted_proxy), (2, 2, false));
    assert!(!config.is_secure());
}

#[test]
fn all_problems_are_reported_at_once_and_no_secret_is_quoted() {
    let mut variables = good();
    variables.remove("KAZUMI_SIGNING_KEY_FILE");
    variables.extend([
        ("KAZUMI_HTTP_ADDR", "everywhere"),
        ("KAZUMI_PUBLIC_ORIGINS", "https://ok.example.org, *"),
        ("KAZUMI_REFRESH_SECRET", "hunter2hunter2"),
        ("KAZUMI_LOG_FORMAT", "xml"),
        ("KAZUMI_ROOM_THREADS", "0"),
    ]);
    let problems = read(&variables).unwrap_err();
    assert_eq!(problems.0.len(), 6, "{problems}");
    assert!(!problems.to_string().contains("hunter2"));
}

#[test]
fn short_example_and_monotone_secrets_are_refused() {
    for secret in [
        "short",
        "00112233445566778899aabbccddeeff",
        "change-me-change-me-change-me-change-me",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    ] {
        let mut variables = good();
        variables.insert("KAZUMI_REFRESH_SECRET", secret);
        assert!(read(&variables).is_err(), "{secret}");
    }
}

#[test]
fn only_bare_origins_are_accepted_and_plain_http_only_on_this_machine() {
    for good in ["https://pei.example.org", "https://pei.example.org:8443", "http://127.0.0.1:8000", "http://[::1]:1"] {
        assert_eq!(check_origin(good), Ok(()), "{good}");
    }
    for bad in [
        "*",
        "https://*.example.org",
        "http://pei.example.org",
        "https://pei.example.org/",
        "https://PEI.example.org",
        "pei.example.org",
        "http://localhost.example.org",
        "http://127.0.0.1@example.org",
    ] {
        assert!(check_origin(bad).is_err(), "{bad}");
    }
}

#[test]
fn cookies_are_secure_as_soon_as_another_machine_can_reach_the_server() {
    let mut variables = good();
    variables.insert("KAZUMI_PUBLIC_ORIGINS", "https://pei.example.org");
    assert!(read(&variables).unwrap().is_secure());
    variables.insert("KAZUMI_PUBLIC_ORIGINS", "http://localhost:8000");
    assert!(!read(&variables).unwrap().is_secure());
    variables.insert("KAZUMI_HTTP_ADDR", "0.0.0.0:8000");
    assert!(read(&variables).unwrap().is_secure());
}

#[test]
fn the_second_factor_is_required_unless_only_this_machine_is_served() {
    let mut variables = good();
    assert_eq!(read(&variables).unwrap().second_factor, SecondFactor::Required);
    variables.insert("KAZUMI_SECOND_FACTOR", "optional");
    assert_eq!(read(&variables).unwrap().second_factor, SecondFactor::Optional);
    variables.insert("KAZUMI_PUBLIC_ORIGINS", "https://pei.example.org");
    assert!(read(&variables).is_err());
    variables.insert("KAZUMI_PUBLIC_ORIGINS", "");
    variables.insert("KAZUMI_HTTP_ADDR", "0.0.0.0:8000");
    assert!(read(&variables).is_err());
    variables.insert("KAZUMI_SECOND_FACTOR", "never");
    assert!(read(&variables).is_err());
}

#[test]
fn a_printed_configuration_holds_neither_secret_nor_password() {
    let mut variables = good();
    variables.insert("KAZUMI_DATABASE_URL", "postgres://kazumi_app:s3cr3tword@localhost/kazumi");
    let printed = format!("{:?}", read(&variables).unwrap());
    assert!(!printed.contains("s3cr3tword") && !printed.contains("9mS2"), "{printed}");
}
