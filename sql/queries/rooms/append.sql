-- Appends a batch of events to the logs of their rooms: messages, changes of messages, what is taken back, reactions; and says what became of each. The right to
-- write is tested here: grant, dates, and that the sender is in the room; what an event is about must be a message that its sender sees, and to change
-- or take back, their own. An event that its sender's device has sent before is the same event for ever: it is found, not written again, if it says the
-- same. The rooms are locked before this statement begins (`lock_rooms.sql`), so it sees what everybody has written who had them before.
-- Role: kazumi_writer, after `lock_rooms.sql` and `lock_members.sql` in the same transaction.
-- $1 int[]: place in the batch · $2 uuid[]: room · $3 uuid[]: sender · $4 uuid[]: the device's name for it · $5 text[]: kind · $6 text[]: text, or null
-- $7 bigint[]: sequence it answers to, or null · $8 bigint[]: sequence it is about, or null · $9 text[]: reaction, or null
-- $10 double: seconds in which a message may be changed; an announcement may be until somebody has confirmed it
-- One row an event that was not refused: its place and outcome (stored, known, conflict, too_late); sequence, ordinal and when for the first two.
with input as (
    select * from unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::text[])
        as t (place, room_id, user_id, client_id, kind, body, reply_to, target_seq, reaction)
),
locked as (
    select room_id, student_id, class_id, kind, last_seq, message_count
    from rooms
    where room_id in (select room_id from input)
    order by room_id
    for no key update
),
allowed as (
    select l.room_id, a.user_id, m.joined_seq, l.kind = 'class' as is_class
    from (select distinct room_id, user_id from input) a
    join locked l using (room_id)
    join room_members m on m.room_id = a.room_id and m.user_id = a.user_id and m.left_seq is null
    where has_room_grant(a.user_id, l.kind, l.student_id, l.class_id, 'write')
),
known as (
    -- By the whole key: joined in another order, all that a sender ever said in the room would be read.
    select i.place, e.seq, e.message_no, e.created_at,
           (e.kind, e.body, e.reply_to, e.target_seq, e.reaction)
               is not distinct from (i.kind, i.body, i.reply_to, i.target_seq, i.reaction) as same
    from input i
    join allowed using (room_id, user_id)
    cross join lateral (
        select * from room_events e
        where e.room_id = i.room_id and e.user_id = i.user_id and e.client_id = i.client_id
        limit 1) e
),
judged as (
    select i.*,
           case
               -- What is said to a class is announced (announce.sql), and only who did may change it.
               when a.is_class and i.kind not in ('edited', 'deleted') then false
               when i.target_seq is null then i.reply_to is null or t.seq is not null
               when i.kind = 'deleted' then t.user_id = i.user_id
               when i.kind = 'edited' then t.user_id = i.user_id and t.deleted_seq is null
               else t.seq is not null and t.deleted_seq is null
           end as is_allowed,
           i.kind = 'edited' and case t.kind
               when 'text' then t.created_at < now() - make_interval(secs => $10::double precision)
               -- What somebody has confirmed stays what they confirmed.
               else exists (
                   select 1 from announcement_receipts c where c.room_id = t.room_id and c.seq = t.seq and c.confirmed_at is not null)
           end as is_late
    from input i
    join allowed a using (room_id, user_id)
    left join room_events t
        on t.room_id = i.room_id and t.seq = coalesce(i.target_seq, i.reply_to) and t.kind in ('text', 'announcement') and t.seq >= a.joined_seq
    where not exists (select 1 from known k where k.place = i.place)
),
fresh as (
    select j.*, l.last_seq + row_number() over w as seq,
           l.message_count + count(*) filter (where j.kind = 'text') over w as message_no
    from judged j
    join locked l using (room_id)
    where j.is_allowed and not coalesce(j.is_late, false)
    window w as (partition by j.room_id order by j.place)
),
raised as (
    update rooms r
    set last_seq = f.seq, message_count = f.message_no, last_at = now()
    from (select room_id, max(seq) as seq, max(message_no) as message_no from fresh group by room_id) f
    where r.room_id = f.room_id
),
read as (
    -- Whoever writes has read what stands before it.
    update room_members m
    set read_seq = greatest(m.read_seq, f.seq), read_no = greatest(m.read_no, f.message_no), received_seq = greatest(m.received_seq, f.seq)
    from (
        select room_id, user_id, max(seq) as seq, max(message_no) as message_no
        from fresh where kind = 'text' group by room_id, user_id) f
    where m.room_id = f.room_id and m.user_id = f.user_id
),
revised as (
    -- The last change counts, and what was taken back stays so.
    update room_events t
    set edited_seq = greatest(t.edited_seq, f.edited_seq), deleted_seq = least(t.deleted_seq, f.deleted_seq)
    from (
        select room_id, target_seq, max(seq) filter (where kind = 'edited') as edited_seq, min(seq) filter (where kind = 'deleted') as deleted_seq
        from fresh where kind in ('edited', 'deleted') group by room_id, target_seq) f
    where t.room_id = f.room_id and t.seq = f.target_seq
),
inserted as (
    insert into room_events (room_id, seq, message_no, kind, user_id, client_id, reply_to, target_seq, reaction, body)
    select room_id, seq, message_no, kind, user_id, client_id, reply_to, target_seq, reaction, body from fresh
    returning room_id, seq, created_at
)
select f.place, 'stored' as outcome, f.seq, f.message_no, e.created_at
from fresh f join inserted e using (room_id, seq)
union all
select place, case when same then 'known' else 'conflict' end, seq, message_no, created_at from known
union all
select place, 'too_late', null, null, null from judged where is_allowed and is_late
order by place
