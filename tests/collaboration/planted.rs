//! A canary in every place where something is said about a student, and where it is looked for afterwards.

use std::fs;
use std::path::Path;

use tokio_postgres::Client;
use uuid::Uuid;

/// In the name, the family, requests, consents, emergencies, invitations and mails that wait; one transaction, as their own acts would leave
/// them.
const PLANT: &str = "
    update students set name = 'CANARY nome' where student_id = 'STUDENT';
    update guardianships set kinship = 'CANARY parente' where student_id = 'STUDENT';
    insert into corrections (correction_id, student_id, asked_by, asked_as, wrong, should_say, accepted, answer, answered_by, answered_at)
    select gen_random_uuid(), 'STUDENT', g.user_id, 'guardian', 'CANARY errado', 'CANARY certo', true, 'CANARY resposta', f.user_id, now()
    from (select user_id from guardianships where student_id = 'STUDENT' limit 1) g,
         (select user_id from staff_functions where function = 'principal' limit 1) f;
    insert into consents (consent_id, student_id, kind, guardian_id, given, text_version, text_hash, channel, recorded_by, evidence)
    select gen_random_uuid(), 'STUDENT', 'photo', g.user_id, true, 1, sha256('x'), 'paper', f.user_id, 'CANARY pasta'
    from (select user_id from guardianships where student_id = 'STUDENT' limit 1) g,
         (select user_id from staff_functions where function = 'principal' limit 1) f;
    insert into break_glass (break_glass_id, student_id, user_id, acted_as, reason)
    select gen_random_uuid(), 'STUDENT', user_id, 'network_manager', 'CANARY motivo da emergência'
    from staff_functions where function = 'network_manager' limit 1;
    insert into invitations (invitation_id, network_id, school_id, kind, name, email, student_id, kinship, custody, can_write, inviter_id,
                             inviter_function, secret_hash)
    select gen_random_uuid(), c.network_id, s.school_id, 'guardian', 'CANARY convidada', lower('CANARY@example.org'), s.student_id,
           'CANARY tia', 'shared', true, f.user_id, 'principal', sha256('STUDENT')
    from students s join schools c using (school_id),
         (select user_id from staff_functions where function = 'principal' limit 1) f
    where s.student_id = 'STUDENT';
    insert into outbox (mail_id, kind, recipient, subject, body, give_up_at)
    values (gen_random_uuid(), 'invitation', lower('CANARY@example.org'), 'CANARY assunto', 'CANARY texto', now() + interval '1 day'),
           (gen_random_uuid(), 'emergency', 'alguem@example.org', 'CANARY assunto', 'CANARY texto', now() + interval '1 day');
    with r as (
        update rooms set last_seq = last_seq + 1, message_count = message_count + 1
        where student_id = 'STUDENT' and kind = 'family' returning room_id, last_seq, message_count)
    insert into room_events (room_id, seq, message_no, kind, user_id, client_id, body)
    select r.room_id, r.last_seq, r.message_count, 'text', m.user_id, gen_random_uuid(), 'CANARY recado'
    from r, lateral (select user_id from room_members where room_id = r.room_id and left_seq is null limit 1) m;
    insert into message_search (room_id, seq, at, words)
    select room_id, seq, created_at, array_to_tsvector(array['CANARY']) from room_events where body = 'CANARY recado'
    on conflict (room_id, seq) do update set words = excluded.words;
    insert into message_reports (report_id, room_id, seq, reporter_id, reason, note)
    select gen_random_uuid(), room_id, seq, user_id, 'threat', 'CANARY denuncia' from room_events where body = 'CANARY recado';";

/// How many words [`plant`] plants: each of them is in some table.
pub const PLANTED: usize = 15;

/// Plants a canary about a student who has a guardian.
pub async fn plant(owner: &mut Client, student: Uuid, canary: &str) {
    let transaction = owner.transaction().await.expect("a transaction");
    let statements = PLANT.replace("CANARY", canary).replace("STUDENT", &student.to_string());
    transaction.batch_execute(&statements).await.expect("planted");
    transaction.commit().await.expect("committed");
}

/// Every table of the schema as text, name and rows, in a fixed order.
pub async fn dump(client: &Client) -> Vec<(String, String)> {
    let tables =
        "select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1";
    let mut dumped = Vec::new();
    for row in client.query(tables, &[]).await.expect("the catalogue") {
        let table: String = row.get(0);
        let rows = format!("select coalesce(string_agg(t::text, e'\\n' order by t::text), '') from public.{table} t");
        dumped.push((table, client.query_one(&rows, &[]).await.expect("rows").get(0)));
    }
    dumped
}

/// How often a canary, or its bytes in hexadecimal, is in a text.
pub fn count(text: &str, canary: &str) -> usize {
    let hex: String = canary.bytes().map(|byte| format!("{byte:02x}")).collect();
    text.to_lowercase().matches(&canary.to_lowercase()).count() + text.matches(&hex).count()
}

/// What the planner keeps of the values of all columns.
pub async fn samples(superuser: &Client) -> String {
    let all = "select coalesce(string_agg(s::text, e'\\n'), '') from pg_stats s";
    superuser.query_one(all, &[]).await.expect("statistics").get(0)
}

/// Files below a folder that hold the canary, but for the write-ahead log.
pub fn files_with(folder: &Path, canary: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            if entry.file_name().is_some_and(|name| name != "pg_wal") {
                found.extend(files_with(&entry, canary));
            }
        } else if let Ok(bytes) = fs::read(&entry)
            && memchr(&bytes, canary.as_bytes())
        {
            found.push(entry.display().to_string());
        }
    }
    found
}

fn memchr(bytes: &[u8], needle: &[u8]) -> bool {
    let first = needle[0];
    let starts = bytes.iter().enumerate().filter(|(_, byte)| **byte == first);
    starts.into_iter().any(|(at, _)| bytes[at..].starts_with(needle))
}
