-- Rooms of conversation: one for each student's family and school, one for each student's team. Who may read and write there is in `grants`, like
-- everything else (area `room_family`, `room_team`); `room_members` is who is in the room since when and how far they have read, and follows
-- the grants (docs/adr/0028). Each room is one log without gaps: `seq` counts everything that lasts, `message_no` what can be unread.

create table rooms (
    room_id       uuid primary key,
    kind          text not null,
    student_id    uuid not null references students,
    -- The last sequence and the last ordinal that were given.
    last_seq      bigint not null default 0,
    message_count bigint not null default 0,
    -- Raised when a restore from a backup may have taken something back.
    epoch         integer not null default 1,
    -- Raised with each change of who is in.
    members_rev   integer not null default 0,
    last_at       timestamptz,
    created_at    timestamptz not null default now(),
    constraint rooms_kind check (kind in ('family', 'team')),
    constraint rooms_student_kind_unique unique (student_id, kind),
    constraint rooms_counters check (last_seq >= message_count and message_count >= 0)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500);

create table room_members (
    room_id      uuid not null references rooms,
    user_id      uuid not null references users,
    -- Sees what came from this sequence on: the event that let them in.
    joined_seq   bigint not null,
    -- The event that ended it; null while they are in.
    left_seq     bigint,
    -- How far they have read, and the ordinal there: unread is the room's count without it.
    read_seq     bigint not null,
    read_no      bigint not null,
    received_seq bigint not null,
    primary key (room_id, user_id),
    constraint room_members_marks check (received_seq >= read_seq and read_seq >= 0 and read_no >= 0)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500);
create index room_members_user on room_members (user_id) where left_seq is null;

create table room_events (
    room_id    uuid not null references rooms,
    seq        bigint not null,
    -- The ordinal of a message; of everything else that of the last message before it.
    message_no bigint not null,
    kind       text not null,
    -- Who wrote it; of a change of members, about whom it is.
    user_id    uuid not null references users,
    -- What the sender's device calls it, for ever: sent again, it is the same message.
    client_id  uuid,
    reply_to   bigint,
    body       text,
    created_at timestamptz not null default now(),
    primary key (room_id, seq),
    constraint room_events_client_unique unique (room_id, user_id, client_id),
    constraint room_events_kind check (kind in ('text', 'member_added', 'member_removed')),
    constraint room_events_text check ((kind = 'text') = (body is not null) and (kind = 'text') = (client_id is not null)),
    constraint room_events_body_length check (char_length(body) between 1 and 8000),
    constraint room_events_reply check (reply_to is null or kind = 'text' and reply_to < seq)
);
create index room_events_messages on room_events (room_id, seq desc) where kind = 'text';
create index room_events_user on room_events (user_id);
-- The planner keeps samples of values, and these are words about children.
alter table room_events alter column body set statistics 0;

-- Every student has both rooms.
create function open_rooms() returns trigger
    language plpgsql security definer set search_path = ''
    as $$
    begin
        insert into public.rooms (room_id, kind, student_id)
        values (gen_random_uuid(), 'family', new.student_id), (gen_random_uuid(), 'team', new.student_id);
        return null;
    end $$;
create trigger students_rooms after insert on students for each row execute function open_rooms();
insert into rooms (room_id, kind, student_id)
select gen_random_uuid(), k.kind, s.student_id
from students s cross join (values ('family'), ('team')) as k (kind)
where s.erased_at is null;
create trigger not_for_erased after insert on rooms referencing new table as added
    for each statement execute function refuse_for_erased();

-- Makes the members of some students' rooms those whom the grants name now; each change is an event. In the transaction that changes grants, and
-- again when a date has passed. Rooms are locked in the order of their ids.
create function sync_rooms(students uuid[]) returns void
    language sql volatile security definer set search_path = ''
    as $$
        with room as (
            select r.room_id, r.student_id, r.kind, r.last_seq, r.message_count
            from public.rooms r where r.student_id = any (students)
            order by r.room_id for no key update
        ), entitled as (
            select distinct r.room_id, g.user_id
            from room r
            join public.grants g on g.student_id = r.student_id and g.section = 'room_' || r.kind
            where g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)
        ), change as (
            select e.room_id, e.user_id, 'member_added' as kind
            from entitled e
            where not exists (
                select 1 from public.room_members m
                where m.room_id = e.room_id and m.user_id = e.user_id and m.left_seq is null)
            union all
            select m.room_id, m.user_id, 'member_removed'
            from room r join public.room_members m on m.room_id = r.room_id and m.left_seq is null
            where not exists (select 1 from entitled e where e.room_id = m.room_id and e.user_id = m.user_id)
        ), numbered as (
            select c.room_id, c.user_id, c.kind, r.message_count,
                   r.last_seq + row_number() over (partition by c.room_id order by c.kind desc, c.user_id) as seq
            from change c join room r using (room_id)
        ), written as (
            insert into public.room_events (room_id, seq, message_no, kind, user_id)
            select room_id, seq, message_count, kind, user_id from numbered
        ), joined as (
            -- Who comes has nothing unread: what was said before is not theirs.
            insert into public.room_members as m (room_id, user_id, joined_seq, read_seq, read_no, received_seq)
            select room_id, user_id, seq, seq, message_count, seq from numbered where kind = 'member_added'
            on conflict (room_id, user_id) do update
            set joined_seq = excluded.joined_seq, left_seq = null, read_seq = excluded.read_seq, read_no = excluded.read_no,
                received_seq = excluded.received_seq
        ), gone as (
            update public.room_members m set left_seq = n.seq
            from numbered n
            where n.kind = 'member_removed' and m.room_id = n.room_id and m.user_id = n.user_id
        )
        update public.rooms r set last_seq = n.last, members_rev = r.members_rev + 1
        from (select room_id, max(seq) as last from numbered group by room_id) n
        where r.room_id = n.room_id
    $$;
revoke execute on function sync_rooms(uuid[]) from public;
grant execute on function sync_rooms(uuid[]) to kazumi_registrar, kazumi_writer, kazumi_owner;

do $$
declare room_table text;
begin
    foreach room_table in array array['rooms', 'room_members', 'room_events'] loop
        execute format('alter table %I enable row level security', room_table);
        execute format('alter table %I force row level security', room_table);
        execute format('create policy owner_all on %I to kazumi_owner using (true) with check (true)', room_table);
        execute format('create policy backup_read on %I for select to kazumi_backup using (true)', room_table);
        execute format('grant select on %I to kazumi_backup', room_table);
        execute format('create policy writer_read on %I for select to kazumi_writer using (true)', room_table);
        execute format('grant select on %I to kazumi_app, kazumi_writer', room_table);
    end loop;
end $$;

-- The application reads rooms in which its person is, as long as a grant says so, and of their log what came since they are in.
create function is_in_room(room uuid, student uuid, kind text) returns boolean
    language sql stable
    as $$
        select public.has_active_grant(public.app_user_id(), student, 'room_' || kind, 'read')
           and exists (
               select 1 from public.room_members m
               where m.room_id = room and m.user_id = public.app_user_id() and m.left_seq is null)
    $$;
create policy own_rooms on rooms for select to kazumi_app using (is_in_room(room_id, student_id, kind));
create policy own_membership on room_members for select to kazumi_app using (user_id = app_user_id());
create policy own_rooms on room_events for select to kazumi_app
    using (exists (
        select 1 from rooms r join room_members m using (room_id)
        where r.room_id = room_events.room_id and m.user_id = app_user_id() and m.left_seq is null and room_events.seq >= m.joined_seq));
create policy talked_to_seen on users for select to kazumi_app
    using (exists (select 1 from room_events e where e.user_id = users.user_id));

-- The writer appends messages: each sender must hold an active right to write in that room, tested by the statement and once more here.
grant update (last_seq, message_count, last_at) on rooms to kazumi_writer;
grant update (read_seq, read_no, received_seq) on room_members to kazumi_writer;
grant insert (room_id, seq, message_no, kind, user_id, client_id, reply_to, body) on room_events to kazumi_writer;
create policy writer_raises on rooms for update to kazumi_writer using (true) with check (true);
create policy writer_marks on room_members for update to kazumi_writer using (left_seq is null) with check (left_seq is null);
create policy sender_may_write on room_events for insert to kazumi_writer
    with check (kind = 'text' and exists (
        select 1 from rooms r
        join grants g on g.student_id = r.student_id and g.section = 'room_' || r.kind
        where r.room_id = room_events.room_id and g.user_id = room_events.user_id and g.access = 'write'
          and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)));
