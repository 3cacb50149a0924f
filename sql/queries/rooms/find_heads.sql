-- How far the logs of some rooms go.
-- Role: kazumi_writer.
-- $1 uuid[]: rooms. One row for each that exists.
select room_id, last_seq, epoch from rooms where room_id = any ($1)
