//! Changing the key that signs access tokens, with a restart and without signing anybody out.

use kazumi::auth::token::KeyRing;
use kazumi::dev::secrets;
use reqwest::Client;

use super::World;

async fn me(world: &World, token: &str) -> u16 {
    Client::new().get(world.url("/api/v1/me")).bearer_auth(token).send().await.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn after_a_new_key_old_tokens_live_to_their_end_and_after_its_removal_they_are_refused() {
    let mut world = World::new(&[]).await;
    let person = world.sign_in("class_teacher").await;
    let file = secrets::signing_key_file(world.server.database.folder()).expect("a key file");
    let old = std::fs::read_to_string(&file).expect("readable");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let new = secrets::signing_key_file(elsewhere.path()).expect("a new key");
    let new = std::fs::read_to_string(new).expect("readable");

    std::fs::write(&file, format!("{new}\n{old}")).expect("written");
    assert!(world.server.sigterm().await.success());
    world.server.start().await;
    assert_eq!(me(&world, &person.token).await, 200, "the old token lives on");
    let fresh = world.sign_in("class_teacher").await;
    let (of_new, of_old) = (KeyRing::from_pem(&new).expect("a key"), KeyRing::from_pem(&old).expect("a key"));
    assert!(of_new.verify(&fresh.token).is_ok() && of_old.verify(&fresh.token).is_err(), "the new key signs");

    std::fs::write(&file, &new).expect("written");
    assert!(world.server.sigterm().await.success());
    world.server.start().await;
    assert_eq!(me(&world, &person.token).await, 401, "the old key is gone");
    assert_eq!(me(&world, &fresh.token).await, 200);
    assert_eq!(person.post(&world.url("/api/v1/auth/refresh")).await.status(), 200, "nobody is signed out");
}
