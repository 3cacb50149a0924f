-- Whether the person showed who they are in this session a short while ago.
-- Role: kazumi_app, acting for that person.
-- $1 uuid: session; $2 double precision: seconds for which that counts. One row, or none for an unknown session.
select confirmed_at > now() - make_interval(secs => $2) as confirmed from login_sessions where session_id = $1
