-- A new login session.
-- Role: kazumi_app.
-- $1 uuid: session; $2 uuid: person; $3 timestamptz: its end; $4 timestamptz: the end it never passes; $5 text: what it owes, or null;
-- $6 boolean: on a shared computer; $7 text: browser; $8 text: system; $9 double precision: seconds that it may
-- be left alone. No rows.
insert into login_sessions
    (session_id, user_id, expires_at, latest_end, second_factor_owed, shared_computer, browser, system, idle)
values ($1, $2, $3, $4, $5, $6, $7, $8, make_interval(secs => $9))
