-- A new person.
-- Role: kazumi_owner or kazumi_registrar.
-- $1 uuid: person; $2 uuid: network; $3 text: kind; $4 text: name. No rows.
insert into users (user_id, network_id, kind, name) values ($1, $2, $3, $4)
