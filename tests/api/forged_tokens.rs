//! The corpus of bad access tokens (RFC 8725), each shown to REST and to both sockets of a running server: every one is refused, and the
//! twin that nobody touched is let in before and after. Signed by hand, with the server's own key where the signature is not the fault.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use kazumi::auth::token::generate_key_pem;
use kazumi::dev::secrets;
use kazumi::domain::ids::{LoginSessionId, UserId};
use kazumi::domain::pei::Section;
use reqwest::Client;
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::World;
use super::places::Target;
use crate::collaboration::raw::{Heard, RawClient};
use crate::support::report;

fn key_pair(pem: &str) -> Ed25519KeyPair {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    Ed25519KeyPair::from_pkcs8(&STANDARD.decode(body).expect("base64")).expect("a key")
}

fn part(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// Signs header and claims as they are written, whatever they say.
fn sign(pair: &Ed25519KeyPair, header: &str, claims: &str) -> String {
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(pair.sign(signed.as_bytes()).as_ref());
    format!("{signed}.{signature}")
}

/// A real token taken apart.
struct Forge {
    ours: Ed25519KeyPair,
    theirs: Ed25519KeyPair,
    token: String,
    header: Value,
    claims: Value,
}

impl Forge {
    fn new(pem: &str, token: &str) -> Self {
        let decode = |at| {
            let text = token.split('.').nth(at).expect("three parts");
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).expect("base64")).expect("JSON")
        };
        let (ours, theirs) = (key_pair(pem), key_pair(&generate_key_pem()));
        Self { ours, theirs, token: token.to_owned(), header: decode(0), claims: decode(1) }
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        sign(&self.ours, &header.to_string(), &claims.to_string())
    }

    /// With one member of the header replaced; null takes it away.
    fn header(&self, name: &str, value: Value) -> String {
        self.sign(&with(&self.header, name, value), &self.claims)
    }

    fn claim(&self, name: &str, value: Value) -> String {
        self.sign(&self.header, &with(&self.claims, name, value))
    }

    /// `alg` says so and the signature is this.
    fn unsigned(&self, algorithm: &str, signature: &str) -> String {
        let header = with(&self.header, "alg", json!(algorithm));
        format!("{}.{}.{signature}", part(&header.to_string()), part(&self.claims.to_string()))
    }

    /// Signed with a symmetric key: what everybody may know of ours.
    fn symmetric(&self, key: &[u8]) -> String {
        let header = with(&self.header, "alg", json!("HS256"));
        let signed = format!("{}.{}", part(&header.to_string()), part(&self.claims.to_string()));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
    }

    fn signature(&self) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(self.token.rsplit('.').next().expect("three parts")).expect("base64")
    }

    fn with_signature(&self, signature: &[u8]) -> String {
        let (head, _) = self.token.rsplit_once('.').expect("three parts");
        format!("{head}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn algorithms(&self) -> Vec<(String, String)> {
        let public = self.ours.public_key().as_ref();
        let spki = [&[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00][..], public].concat();
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(&spki));
        let signature = URL_SAFE_NO_PAD.encode(self.signature());
        let mut all = Vec::new();
        for none in ["none", "None", "NONE", "nOnE", ""] {
            all.push((format!("alg {none:?} without a signature"), self.unsigned(none, "")));
            all.push((format!("alg {none:?} with the old signature"), self.unsigned(none, &signature)));
        }
        for other in ["RS256", "ES256", "PS512", "HS256", "HS512", "Ed448", "eddsa"] {
            all.push((format!("alg {other} with the old signature"), self.unsigned(other, &signature)));
            all.push((format!("alg {other}, our signature"), self.header("alg", json!(other))));
        }
        for (what, key) in [("raw", public), ("DER", &spki), ("PEM", pem.as_bytes()), ("empty", &[])] {
            all.push((format!("HS256 with the public key, {what}"), self.symmetric(key)));
        }
        all
    }

    fn headers(&self) -> Vec<(String, String)> {
        let jwk =
            json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(self.theirs.public_key().as_ref()) });
        let mut all = Vec::new();
        for (name, values) in [
            ("kid", vec![Value::Null, json!(""), json!("other"), json!("../../dev/null"), json!(7), json!(["a"])]),
            ("typ", vec![Value::Null, json!("JWT"), json!("at+jwt"), json!("kz-ticket"), json!("KZ-AT+JWT"), json!(1)]),
            ("crit", vec![json!(["exp"]), json!([])]),
            ("alg", vec![Value::Null, json!(1), json!(["EdDSA"])]),
            ("jku", vec![json!("https://evil.example/keys")]),
            ("x5u", vec![json!("https://evil.example/chain")]),
            ("x5c", vec![json!([STANDARD.encode([1; 64])])]),
        ] {
            for value in values {
                all.push((format!("header {name}: {value}"), self.header(name, value)));
            }
        }
        for (name, value) in
            [("jwk", jwk), ("jku", json!("https://evil.example/keys")), ("x5u", json!("https://evil.example/chain"))]
        {
            let header = with(&self.header, name, value).to_string();
            all.push((format!("{name} of a stranger"), sign(&self.theirs, &header, &self.claims.to_string())));
        }
        let twice = self.header.to_string().replacen('{', r#"{"alg":"none","#, 1);
        all.push(("alg twice".to_owned(), sign(&self.ours, &twice, &self.claims.to_string())));
        all.push((
            "a stranger's key".to_owned(),
            sign(&self.theirs, &self.header.to_string(), &self.claims.to_string()),
        ));
        all
    }

    fn all_claims(&self) -> Vec<(String, String)> {
        let now = self.claims["iat"].as_i64().expect("a time");
        let mut all = Vec::new();
        for (name, values) in [
            ("iss", vec![json!("other"), json!(["kazumi"]), json!(1)]),
            ("aud", vec![json!("kazumi"), json!(["kazumi-api"]), json!(["kazumi-api", "other"]), json!("")]),
            ("sub", vec![json!(UserId::generate()), json!("x"), json!(1), json!([self.claims["sub"]])]),
            ("sid", vec![json!(LoginSessionId::generate()), json!(""), json!(0), json!({})]),
            ("av", vec![json!(0), json!(2), json!(-1), json!("1"), json!(1.5), json!(true), json!(4_294_967_297_i64)]),
            ("iat", vec![json!(now + 3600), json!(now.to_string()), json!(now as f64 + 0.5)]),
            (
                "exp",
                vec![
                    json!(now - 3600),
                    json!(0),
                    json!(-1),
                    json!(now + 86_400),
                    json!((now + 600).to_string()),
                    json!(1e300),
                    json!(i64::MAX),
                ],
            ),
            ("nbf", vec![json!(now + 3600), json!(now)]),
            ("admin", vec![json!(true)]),
            ("role", vec![json!("network_manager")]),
            ("scope", vec![json!("admin")]),
        ] {
            if self.claims.get(name).is_some() {
                all.push((format!("without {name}"), self.claim(name, Value::Null)));
            }
            for value in values {
                all.push((format!("{name}: {value}"), self.claim(name, value)));
            }
        }
        let twice = self.claims.to_string().replacen('{', &format!(r#"{{"sub":"{}","#, UserId::generate()), 1);
        all.push(("sub twice".to_owned(), sign(&self.ours, &self.header.to_string(), &twice)));
        for text in ["", "null", "[]", "7", "\"text\"", "{", "{}", "{\"sub\":"] {
            all.push((format!("claims {text:?}"), sign(&self.ours, &self.header.to_string(), text)));
        }
        all
    }

    fn texts(&self) -> Vec<(String, String)> {
        let token = &self.token;
        let parts: Vec<&str> = token.split('.').collect();
        let signature = self.signature();
        let mut all = Vec::new();
        for at in [0, 31, 32, 63] {
            let mut flipped = signature.clone();
            flipped[at] ^= 1;
            all.push((format!("byte {at} of the signature flipped"), self.with_signature(&flipped)));
        }
        // The same point with another scalar: S plus the order of the group.
        let order = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
        let (mut malleable, mut carry) = (signature.clone(), 0_u16);
        for (at, byte) in malleable[32..].iter_mut().enumerate() {
            let digit = u16::from_str_radix(&order[2 * at..2 * at + 2], 16).expect("hexadecimal");
            carry += u16::from(*byte) + digit;
            *byte = carry as u8;
            carry >>= 8;
        }
        let mut last = parts[2].to_owned();
        let tail = last.pop().expect("a signature");
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let next = alphabet.find(tail).expect("base64") + 1;
        all.extend(
            [
                ("a second scalar", self.with_signature(&malleable)),
                (
                    "unused bits of the last letter",
                    format!("{}.{}.{last}{}", parts[0], parts[1], &alphabet[next..=next]),
                ),
                ("a shorter signature", self.with_signature(&signature[..63])),
                ("a longer signature", self.with_signature(&[&signature[..], &[0]].concat())),
                ("no signature", format!("{}.{}.", parts[0], parts[1])),
                ("two parts", format!("{}.{}", parts[0], parts[1])),
                ("four parts", format!("{token}.x")),
                ("five parts", format!("{token}.x.y")),
                ("signature of zeros", self.with_signature(&[0; 64])),
                ("padding", format!("{token}==")),
                ("the other alphabet", token.replace(['-', '_'], "+") + "/"),
                ("parts in another order", format!("{}.{}.{}", parts[1], parts[0], parts[2])),
                ("a blank inside", token.replacen('.', " .", 1)),
                ("nothing", String::new()),
                ("dots", "..".to_owned()),
                ("padded with claims", self.claim("pad", json!("x".repeat(3000)))),
                ("2 kB of dots", ".".repeat(2048)),
            ]
            .map(|(what, token)| (what.to_owned(), token)),
        );
        all
    }
}

fn with(object: &Value, name: &str, value: Value) -> Value {
    let mut object = object.clone();
    let members = object.as_object_mut().expect("an object");
    if value.is_null() {
        members.remove(name)
    } else {
        members.insert(name.to_owned(), value)
    };
    object
}

/// What the doors say to a token: REST, the shared socket, the socket of one document.
async fn show(world: &World, token: &str) -> (u16, Heard, bool) {
    let request = Client::new().get(world.url("/api/v1/me")).bearer_auth(token);
    let status = request.send().await.expect("an answer").status().as_u16();
    let document = world.child(Target::Own).document(Section::Strengths);
    let mut socket = RawClient::open(&world.server, &document).await;
    socket.token(token).await;
    let heard = socket.hear().await;
    let mut request = world.server.ws_url(&format!("/ws/y/{document}")).into_client_request().expect("an address");
    request.headers_mut().insert("authorization", format!("Bearer {token}").parse().expect("a header"));
    let (mut socket, _) = connect_async(request).await.expect("the socket opens");
    let first = futures_util::StreamExt::next(&mut socket).await;
    let is_in = matches!(first, Some(Ok(tokio_tungstenite::tungstenite::Message::Binary(_))));
    (status, heard, is_in)
}

#[tokio::test]
async fn every_forged_token_is_refused_at_every_door_and_its_untouched_twin_is_not() {
    let world = World::new(&[]).await;
    let person = world.sign_in("class_teacher").await;
    let pem = secrets::signing_key_file(world.server.database.folder()).expect("a key file");
    let forge = Forge::new(&std::fs::read_to_string(pem).expect("readable"), &person.token);
    let twin = forge.sign(&forge.header, &forge.claims);
    let let_in = (200, Heard::Granted("read-write".to_owned()), true);
    assert_eq!(show(&world, &twin).await, let_in);
    let mut corpus = forge.algorithms();
    corpus.extend(forge.headers());
    corpus.extend(forge.all_claims());
    corpus.extend(forge.texts());
    // Secrets of ours that are no access tokens.
    let ticket: Value = person.post(&world.url("/api/v1/ws/tickets")).await.json().await.expect("JSON");
    corpus.push(("a ticket".to_owned(), ticket["ticket"].as_str().expect("a ticket").to_owned()));
    corpus.push(("a refresh token".to_owned(), refresh_token(&world).await));
    let mut faults = Vec::new();
    for (what, token) in &corpus {
        let (status, heard, is_in) = show(&world, token).await;
        // A frame that is too long for a token ends the socket.
        let is_refused = matches!(&heard, Heard::Denied(code) if code != "not_found") || heard == Heard::Closed(4413);
        if status != 401 || !is_refused || is_in {
            faults.push(format!("{what}: {status}, {heard:?}, in: {is_in}"));
        }
    }
    report!("{} forged tokens shown at three doors, {} let in", corpus.len(), faults.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(corpus.len() > 100);
    assert_eq!(show(&world, &twin).await, let_in, "the corpus has shut nobody out");
}

#[tokio::test]
async fn a_token_counts_in_its_header_alone() {
    let world = World::new(&[]).await;
    let token = world.sign_in("class_teacher").await.token;
    for request in [
        Client::new().get(world.url(&format!("/api/v1/me?access_token={token}&token={token}"))),
        Client::new().get(world.url("/api/v1/me")).header("cookie", format!("access_token={token}; kazumi_rt={token}")),
        Client::new().get(world.url("/api/v1/me")).header("x-authorization", format!("Bearer {token}")),
        Client::new().get(world.url("/api/v1/me")).header("authorization", format!("bearer {token}")),
        Client::new().get(world.url("/api/v1/me")).header("authorization", format!("Bearer  {token}")),
        Client::new().get(world.url("/api/v1/me")).bearer_auth("x".repeat(20_000)),
    ] {
        let status = request.send().await.expect("an answer").status().as_u16();
        assert_eq!(status, 401);
    }
}

async fn refresh_token(world: &World) -> String {
    let answer = world.login(&Client::new(), &super::fixture::email("guardian"), super::fixture::PASSWORD).await;
    let cookie = answer.headers()["set-cookie"].to_str().expect("text").to_owned();
    cookie.split(['=', ';']).nth(1).expect("a value").to_owned()
}
