-- Brings the words of messages up to where the logs of their rooms are: of each message that was written, changed or taken back since, what it says now. Rooms
-- that are behind come in parts, so no look takes long.
-- Role: kazumi_writer.
-- $1 bigint: how many rooms at most; $2 bigint: how many events of each at most. One row: how many rooms were behind, messages written, messages removed.
with behind as (
    select r.room_id, coalesce(p.seq, 0) as from_seq, least(r.last_seq, coalesce(p.seq, 0) + $2::bigint) as to_seq
    from rooms r
    left join message_search_positions p using (room_id)
    where r.last_seq > coalesce(p.seq, 0)
    order by r.room_id
    limit $1
), touched as (
    select distinct b.room_id, coalesce(e.target_seq, e.seq) as seq
    from behind b
    join room_events e on e.room_id = b.room_id and e.seq > b.from_seq and e.seq <= b.to_seq
    where e.body is not null or e.kind = 'deleted'
), said as (
    select l.room_id, l.seq, l.created_at, l.body from touched t join room_log l using (room_id, seq)
), written as (
    insert into message_search (room_id, seq, at, words)
    select s.room_id, s.seq, s.created_at, to_tsvector('kazumi_pt', search_fold(s.body)) from said s where s.body is not null
    on conflict (room_id, seq) do update set words = excluded.words
    returning 1
), removed as (
    delete from message_search m using said s
    where s.body is null and m.room_id = s.room_id and m.seq = s.seq
    returning 1
), moved as (
    insert into message_search_positions (room_id, seq)
    select b.room_id, b.to_seq from behind b
    on conflict (room_id) do update set seq = excluded.seq
)
select (select count(*) from behind) as rooms, (select count(*) from written) as written, (select count(*) from removed) as removed
