-- Whether a code on paper is the way to a new password for this person: no mail is known to reach them.
-- Role: kazumi_registrar, acting for the asker.
-- $1 uuid: person. One row.
select needs_reset_code($1) as needed
