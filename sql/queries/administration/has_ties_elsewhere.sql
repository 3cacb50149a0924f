-- Whether a person has ties that the asker does not administer.
-- Role: kazumi_registrar, acting for the asker.
-- $1 uuid: person. One row.
select has_ties_elsewhere($1) as elsewhere
