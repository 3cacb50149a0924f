-- One thing that happened.
-- Role: kazumi_app or kazumi_writer, neither of which can read it back; kazumi_owner for commands on the server.
-- $1 uuid: person or null; $2 uuid: session or null; $3 text: action; $4 text: outcome; $5 uuid: student or null;
-- $6 text: what it was done to, or null; $7 text: request id or null. No rows.
insert into audit_log (actor_id, session_id, action, outcome, student_id, resource, request_id)
values ($1, $2, $3, $4, $5, $6, $7)
