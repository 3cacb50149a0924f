-- A new network.
-- Role: kazumi_owner.
-- $1 uuid: network; $2 text: name. No rows.
insert into networks (network_id, name) values ($1, $2)
