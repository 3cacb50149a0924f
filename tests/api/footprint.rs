//! What a request has left behind: rows of business tables that it wrote, and records of its refusal.

use tokio_postgres::Client;

use super::World;

/// Tables that a refused request may write to: records of what was asked, and the state of signing in.
const MAY_CHANGE: [&str; 10] = [
    "audit_log",
    "audit_seals",
    "audit_waiting",
    "auth_changes",
    "login_sessions",
    // Written by the server by itself, behind the conversations.
    "message_search",
    "message_search_positions",
    "refresh_tokens",
    "ws_tickets",
    "refinery_schema_history",
];

/// From now on each row of every other table that is added, changed or removed is noted. A new table counts without being named.
pub async fn watch(owner: &Client) {
    let notes =
        "create table footprints (footprint_id bigint generated always as identity primary key, relname name not null);
                 create function leave_footprint() returns trigger language plpgsql security definer as
                 $$ begin insert into public.footprints (relname) values (tg_relname); return null; end $$";
    let tables = "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
                  and relname <> all($1)";
    let tables = owner.query(tables, &[&MAY_CHANGE.as_slice()]).await.expect("the catalogue");
    assert!(tables.len() > 10, "the business tables are there");
    let each = tables.iter().map(|row| {
        let table: &str = row.get(0);
        format!(
            "create trigger footprint after insert or delete on \"{table}\"
                 for each row execute function leave_footprint();
             create trigger footprint_change after update on \"{table}\"
                 for each row when (old.* is distinct from new.*) execute function leave_footprint();
             create trigger footprint_emptied after truncate on \"{table}\"
                 for each statement execute function leave_footprint()"
        )
    });
    let all = format!("{notes}; {}", each.collect::<Vec<_>>().join("; "));
    owner.batch_execute(&all).await.expect("every table is watched");
}

/// How many rows were added, changed or removed since.
pub async fn of_business_tables(owner: &Client) -> i64 {
    let all = "select coalesce(max(footprint_id), 0) from footprints";
    owner.query_one(all, &[]).await.expect("a count").get(0)
}

/// The same, and how many refusals are on record.
pub async fn and_refusals(world: &World, owner: &Client) -> (i64, i64) {
    (of_business_tables(owner).await, refusals(world, owner).await)
}

/// How many refusals are on record: in the audit log and in the metric, together.
async fn refusals(world: &World, owner: &Client) -> i64 {
    let audited = "select count(*) from audit_log where outcome = 'denied'";
    let audited: i64 = owner.query_one(audited, &[]).await.expect("a count").get(0);
    let text = world.server.metrics().await;
    let counted = text
        .lines()
        .filter(|line| line.starts_with("kazumi_authz_denied_total"))
        .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
        .sum::<f64>();
    audited + counted as i64
}

#[tokio::test]
async fn what_a_refused_request_must_not_do_leaves_a_footprint() {
    let world = World::new(&[]).await;
    let owner = world.server.database.owner().await;
    let mut last = of_business_tables(&owner).await;
    for (statement, noted) in [
        ("update users set name = name", false),
        ("update users set name = name || '.' where user_id = (select user_id from users limit 1)", true),
        ("delete from peis where false", false),
        ("truncate outbox", true),
        ("insert into outbox (kind) select 'x' where false", false),
    ] {
        owner.batch_execute(statement).await.expect(statement);
        let now = of_business_tables(&owner).await;
        assert_eq!(now > last, noted, "{statement}");
        last = now;
    }
}
