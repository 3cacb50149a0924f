-- Writes a code on paper for a new password down; the person's codes before it end.
-- Role: kazumi_registrar, acting for the asker.
-- $1 uuid: request; $2 uuid: person; $3 text: what finds it; $4 bytea: keyed hash of the code. One row: when it ends, or null when a code is
-- not the way for this person.
select issue_reset_code($1, $2, $3, $4) as expires_at
