-- Ends all sessions of a person.
-- Role: kazumi_registrar, acting for somebody who administers in that person's network.
-- $1 uuid: person. One row: how many there were.
select end_sessions_of($1) as ended
