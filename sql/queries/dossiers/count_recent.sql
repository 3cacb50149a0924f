-- How many copies somebody took in the last hour, of children they still may ask about.
-- Role: kazumi_app, acting for that person (policy of dossiers).
-- $1 uuid: person. One row.
select count(*) as recent from dossiers where user_id = $1 and taken_at > now() - interval '1 hour'
