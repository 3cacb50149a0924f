-- A new login session.
-- Role: kazumi_app.
-- $1 uuid: session; $2 uuid: person; $3 timestamptz: its end. No rows.
insert into login_sessions (session_id, user_id, expires_at) values ($1, $2, $3)
