-- Ends a membership; one that has not begun is withdrawn.
-- Role: kazumi_registrar.
-- $1 uuid: membership; $2 timestamptz: when. No rows.
update team_links set valid_to = greatest($2, valid_from), version = version + 1 where team_link_id = $1
