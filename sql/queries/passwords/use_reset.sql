-- Uses a request up. Of any number at once, one is told yes.
-- Role: kazumi_app, acting for the person.
-- $1 uuid: request. One row: no when it was used, came too late, or the credentials changed meanwhile.
select use_reset($1) as used
