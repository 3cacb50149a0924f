-- How many messages somebody reported in the last day.
-- Role: kazumi_app, acting for that person (policy of message_reports).
-- $1 uuid: person. One row.
select count(*) as recent from message_reports where reporter_id = $1 and reported_at > now() - interval '1 day'
