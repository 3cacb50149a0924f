//! What a request has left behind: a digest of all business tables, and the counts of records of refusals.

use tokio_postgres::Client;

use super::World;

/// Tables that a refused request may write to: records of what was asked, and the state of signing in.
const MAY_CHANGE: [&str; 8] = [
    "audit_log",
    "audit_seals",
    "audit_waiting",
    "auth_changes",
    "login_sessions",
    "refresh_tokens",
    "ws_tickets",
    "refinery_schema_history",
];

/// A digest of every row of every other table. A new table counts without being named.
pub async fn of_business_tables(owner: &Client) -> String {
    let tables = "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
                  and relname <> all($1) order by relname";
    let tables = owner.query(tables, &[&MAY_CHANGE.as_slice()]).await.expect("the catalogue");
    assert!(tables.len() > 10, "the business tables are there");
    let each = tables.iter().map(|row| {
        let table: &str = row.get(0);
        format!("(select md5(string_agg(t::text, e'\\n' order by t::text)) from \"{table}\" t)")
    });
    let all = format!("select md5(concat_ws('|', {}))", each.collect::<Vec<_>>().join(", "));
    owner.query_one(&all, &[]).await.expect("a digest").get(0)
}

/// How many refusals are on record: in the audit log and in the metric, together.
pub async fn refusals(world: &World, owner: &Client) -> i64 {
    let audited = "select count(*) from audit_log where outcome = 'denied'";
    let audited: i64 = owner.query_one(audited, &[]).await.expect("a count").get(0);
    let text = reqwest::get(world.url("/metrics")).await.expect("an answer").text().await.expect("text");
    let counted = text
        .lines()
        .filter(|line| line.starts_with("kazumi_authz_denied_total"))
        .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
        .sum::<f64>();
    audited + counted as i64
}
