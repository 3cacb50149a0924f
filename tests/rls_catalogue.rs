//! What the database's own catalogue says of the second wall: which tables force row-level security, which functions run with somebody
//! else's rights, what the serving roles own and may. New tables and functions are judged without being named here.

use kazumi::store::roles;

use crate::support::TestDatabase;

/// Tables without forced row-level security, and why. Everything else has it.
const OPEN_TABLES: [(&str, &str); 5] = [
    ("credentials", "read to sign in, before there is an identity; no child's data"),
    ("login_sessions", "the same"),
    ("refresh_tokens", "the same; hashes of random secrets"),
    ("ws_tickets", "the same; hashes of random secrets, for half a minute"),
    ("refinery_schema_history", "names of migrations"),
];

/// Functions that run with the owner's rights, each reviewed: fixed search path, no dynamic SQL, no answer beyond what its caller may know.
const DEFINER_FUNCTIONS: [(&str, &str); 35] = [
    (
        "account_to_reset",
        "as signing in: whose address this is, and whether a mail may go there; callable by the application",
    ),
    (
        "administered_schools",
        "asks its own table's policy; answers which schools somebody runs; callable by the registrar",
    ),
    ("administers_in_network", "yes or no; callable by the registrar"),
    ("administers_student", "yes or no; callable by the registrar"),
    (
        "break_glass_recipients",
        "addresses, only in the transaction that opened the emergency and to who did; callable by the registrar",
    ),
    (
        "consent_voices",
        "custody and yes or no, no names, of a child that the transaction's person may see; callable by the application",
    ),
    (
        "end_sessions_of",
        "only of people in a network where the transaction's person administers something; callable by the registrar",
    ),
    ("entitled_members", "whom the grants name as members of rooms: ids; callable by the writer"),
    (
        "follow_class",
        "trigger; the rooms of the class that a student left and of the one they come into follow the grants",
    ),
    ("freeze_evidence", "trigger; writes beside a report what its reporter sees of the conversation"),
    ("has_ties_elsewhere", "yes or no; callable by the registrar"),
    (
        "issue_reset_code",
        "writes one row, about somebody for whom `needs_reset_code` says yes; tells when it ends; callable by the registrar",
    ),
    (
        "login_session_standing",
        "how a session of a person stands, of three tables that its caller reads anyway; callable by the writer",
    ),
    (
        "needs_reset_code",
        "yes or no, about people who are tied to schools of the transaction's person and to no others; callable by the registrar",
    ),
    ("note_changed_account", "trigger; writes whose rights changed, never what they are"),
    ("note_changed_grants", "the same"),
    ("note_changed_plan", "the same"),
    ("note_ended_session", "the same"),
    ("note_reader_ties", "trigger; writes beside a read in which function it happened"),
    ("note_taker_ties", "the same beside a copy that is taken"),
    ("open_class_room", "trigger; gives each new class its room"),
    (
        "open_desk",
        "a room of a guardian who is the child's, for that guardian or who writes at the desk; callable by the application",
    ),
    (
        "open_invitation",
        "needs the hash of a secret; tells which invitation and who made it; callable by the application",
    ),
    ("open_reset", "needs the hash of a secret; tells which request and whose; callable by the application"),
    ("open_rooms", "trigger; gives each new student the two rooms that every student has"),
    ("own_session_standing", "the same about the transaction's person and nobody else; callable by the application"),
    ("queue_for_seal", "trigger of the records; see V11"),
    ("refuse_for_erased", "trigger; reads which of the students that rows were added about were erased"),
    (
        "school_record",
        "a child's conversations, only in the transaction that notes a copy and to who answers for the school; callable by the application",
    ),
    ("set_own_password", "writes the row of the transaction's person and no other; callable by the application"),
    (
        "sync_rooms",
        "makes the members of rooms those whom the grants name, no others; callable by the registrar and the writer",
    ),
    ("sync_these_rooms", "as `sync_rooms`, which calls it; callable by nobody"),
    ("try_invitation_code", "as `open_invitation`, and counts a wrong code; callable by the application"),
    ("try_reset_code", "as `open_reset`, and counts a wrong code; callable by the application"),
    ("use_reset", "writes a row of the transaction's person and no other; callable by the application"),
];

/// Of those, what the application may call: the holder of a secret is nobody yet, nobody may update credentials in any other way, and who decides
/// for a child is not for everybody who may see it.
const CALLED_BY_THE_APPLICATION: [&str; 11] = [
    "account_to_reset",
    "consent_voices",
    "open_desk",
    "open_invitation",
    "open_reset",
    "own_session_standing",
    "school_record",
    "set_own_password",
    "try_invitation_code",
    "try_reset_code",
    "use_reset",
];

/// Roles under which requests are served.
const SERVING: [&str; 3] = [roles::APP, roles::WRITER, roles::REGISTRAR];

/// The first column of a query.
async fn names(statement: &str) -> Vec<String> {
    let database = TestDatabase::empty().await;
    let rows = database.superuser().await.query(statement, &[]).await.expect("the catalogue");
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn every_table_forces_row_level_security_or_is_listed_with_its_reason() {
    let open = names(
        "select relname::text from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
         and not (relrowsecurity and relforcerowsecurity) order by 1",
    )
    .await;
    let mut listed: Vec<_> = OPEN_TABLES.iter().map(|(table, _)| (*table).to_owned()).collect();
    listed.sort();
    assert_eq!(open, listed);
}

#[tokio::test]
async fn every_forced_table_has_a_policy_for_each_role_that_may_use_it() {
    // A privilege without a policy lets nothing through today, and everything on the day somebody adds a loose one.
    let bare = names(
        "select format('%s may %s %s and no policy says what', grantee, privilege_type, table_name)
         from information_schema.role_table_grants g
         join pg_class c on c.oid = format('public.%I', g.table_name)::regclass
         where g.table_schema = 'public' and c.relforcerowsecurity
           and g.grantee in ('kazumi_app', 'kazumi_writer', 'kazumi_registrar', 'kazumi_backup')
           and g.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
           and not exists (
               select 1 from pg_policies p
               where p.schemaname = 'public' and p.tablename = g.table_name and g.grantee = any(p.roles)
                 and p.cmd in ('ALL', g.privilege_type))
         order by 1",
    )
    .await;
    assert!(bare.is_empty(), "{}", bare.join("\n"));
}

#[tokio::test]
async fn policies_name_their_roles_and_only_the_writer_and_the_owner_see_every_row() {
    let loose = names(
        "select format('%s on %s for %s to %s', policyname, tablename, cmd, roles)
         from pg_policies where schemaname = 'public'
           and ('public' = any(roles) or permissive <> 'PERMISSIVE'
                or (qual = 'true' and cmd in ('ALL', 'SELECT', 'UPDATE', 'DELETE') and roles && '{kazumi_app,kazumi_registrar}'))
         order by 1",
    )
    .await;
    assert!(loose.is_empty(), "{loose:?}");
    let audit = names(
        "select privilege_type::text || ' by ' || grantee from information_schema.role_table_grants
         where table_name = 'audit_log' and grantee in ('kazumi_app', 'kazumi_writer', 'kazumi_registrar')
           and privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE') order by 1",
    )
    .await;
    assert!(audit.is_empty(), "the record can be changed: {audit:?}");
}

#[tokio::test]
async fn functions_with_the_owners_rights_are_those_on_the_list_and_pin_their_search_path() {
    let functions =
        names("select proname::text from pg_proc where prosecdef and pronamespace = 'public'::regnamespace order by 1")
            .await;
    assert_eq!(functions, DEFINER_FUNCTIONS.map(|(name, _)| name));
    let unpinned = names(
        "select proname::text from pg_proc where prosecdef and pronamespace = 'public'::regnamespace
         and not coalesce('search_path=\"\"' = any(proconfig), false)",
    )
    .await;
    assert!(unpinned.is_empty(), "{unpinned:?}");
    // Besides triggers, which nobody can call.
    let callable = names(
        "select proname::text from pg_proc p where prosecdef and pronamespace = 'public'::regnamespace
         and prorettype <> 'trigger'::regtype and has_function_privilege('kazumi_app', p.oid, 'execute') order by 1",
    )
    .await;
    assert_eq!(callable, CALLED_BY_THE_APPLICATION);
    let dynamic = names(
        "select proname::text from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
         and prosrc ~* '\\mexecute\\M'",
    )
    .await;
    assert!(dynamic.is_empty(), "{dynamic:?}");
}

#[tokio::test]
async fn no_view_answers_with_its_owners_rights() {
    let views = names(
        "select relname::text from pg_class where relkind in ('v', 'm') and relnamespace = 'public'::regnamespace
         and (relkind = 'm' or not coalesce('security_invoker=true' = any(reloptions), false))",
    )
    .await;
    assert!(views.is_empty(), "{views:?}");
}

#[tokio::test]
async fn serving_roles_own_nothing_and_stand_above_nobody() {
    let list = SERVING.map(|role| format!("'{role}'")).join(", ");
    let powers = names(&format!(
        "select rolname::text from pg_roles where rolname in ({list}, 'kazumi_backup')
         and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)"
    ))
    .await;
    assert!(powers.is_empty(), "{powers:?}");
    let known = names(&format!("select rolname::text from pg_roles where rolname in ({list})")).await;
    assert_eq!(known.len(), SERVING.len());
    let owned = names(&format!(
        "select relname::text from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname in ({list})
         union all select proname::text from pg_proc p join pg_roles r on r.oid = p.proowner where r.rolname in ({list})
         union all select nspname::text from pg_namespace n join pg_roles r on r.oid = n.nspowner where r.rolname in ({list})
         union all select datname::text from pg_database d join pg_roles r on r.oid = d.datdba where r.rolname in ({list})"
    ))
    .await;
    assert!(owned.is_empty(), "{owned:?}");
    let memberships = names(&format!(
        "select m.rolname || ' in ' || g.rolname from pg_auth_members a join pg_roles m on m.oid = a.member
         join pg_roles g on g.oid = a.roleid where m.rolname in ({list})"
    ))
    .await;
    assert!(memberships.is_empty(), "{memberships:?}");
    // The database that was migrated is asked: a copy of it does not inherit what was revoked from everybody.
    let makes = names(
        "select rolname::text from pg_roles where rolname in ('kazumi_app', 'kazumi_writer', 'kazumi_registrar', 'kazumi_backup')
         and (has_schema_privilege(rolname, 'public', 'create') or has_database_privilege(rolname, 'template_empty', 'temporary'))",
    )
    .await;
    assert!(makes.is_empty(), "could make tables: {makes:?}");
}

#[tokio::test]
async fn no_deletion_cascades() {
    // One deleted account must not take what others wrote to it.
    let cascading = names(
        "select conrelid::regclass || ': ' || conname from pg_constraint
         where contype = 'f' and connamespace = 'public'::regnamespace and confdeltype <> 'a' order by 1",
    )
    .await;
    assert!(cascading.is_empty(), "{cascading:?}");
}

#[tokio::test]
async fn no_serving_role_reads_the_stored_form_of_a_secret_that_opens_an_account() {
    let readable = names(
        "select format('%s reads %s of %s', r.rolname, a.attname, c.relname)
         from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
         join pg_roles r on r.rolname in ('kazumi_app', 'kazumi_writer', 'kazumi_registrar')
         where c.relname in ('password_resets', 'invitations') and a.attname in ('token_hash', 'secret_hash')
           and has_column_privilege(r.rolname, c.oid, a.attnum, 'select')
         order by 1",
    )
    .await;
    assert!(readable.is_empty(), "{readable:?}");
}

#[tokio::test]
async fn how_a_session_stands_is_told_to_whose_it_is_and_to_nobody_else() {
    let database = TestDatabase::demo().await;
    let (owner, app) = (database.owner().await, database.connect(roles::APP).await);
    let begin = "insert into login_sessions (session_id, user_id, expires_at)
                 select gen_random_uuid(), user_id, now() + interval '1 hour' from credentials
                 where email like 'denise.barreto@%' or email like 'jorge.barreto@%' order by email
                 returning session_id, user_id";
    let [denises, jorges] = &owner.query(begin, &[]).await.expect("two sessions")[..] else { panic!("two sessions") };
    let (session, person): (uuid::Uuid, uuid::Uuid) = (denises.get(0), denises.get(1));
    let other: uuid::Uuid = jorges.get(1);
    let standing = async |acting: Option<uuid::Uuid>, version: i32| -> Option<String> {
        let acting = acting.map(|who| who.to_string()).unwrap_or_default();
        app.execute("select set_config('app.user_id', $1, false)", &[&acting]).await.expect("an identity");
        app.query_one("select own_session_standing($1, $2)", &[&session, &version]).await.expect("an answer").get(0)
    };
    let version = "select auth_version from credentials where user_id = $1";
    let version: i32 = owner.query_one(version, &[&person]).await.expect("credentials").get(0);
    assert_eq!(standing(Some(person), version).await.as_deref(), Some("live"));
    assert_eq!(standing(Some(person), version + 1).await, None);
    assert_eq!(standing(Some(other), version).await, None);
    assert_eq!(standing(None, version).await, None);
    for (change, expected) in [
        ("update login_sessions set second_factor_owed = 'totp' where user_id = $1", Some("totp")),
        ("update users set disabled_at = now() where user_id = $1", None),
        ("update users set disabled_at = null where user_id = $1", Some("totp")),
        ("update login_sessions set expires_at = now() where user_id = $1", None),
    ] {
        owner.execute(change, &[&person]).await.expect("changed");
        assert_eq!(standing(Some(person), version).await.as_deref(), expected, "{change}");
    }
    // About anybody, the writer alone asks.
    let anybody = "select login_session_standing($1, $2, $3)";
    let refused = app.query_one(anybody, &[&session, &person, &version]).await.expect_err("refused");
    assert_eq!(refused.code().map(|code| code.code()), Some("42501"));
}
