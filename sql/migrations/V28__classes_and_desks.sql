-- Rooms of classes and desks (docs/adr/0031). A class's room is about no single student: its members are everybody whom the grants of the class's
-- students name (area `room_class`). A desk is a room of one student and one guardian with those who sit there (`room_desk_coordination`,
-- `room_desk_aee`), so that separated guardians never see each other's.

alter table rooms alter column student_id drop not null;
alter table rooms add column class_id uuid references classes, add column guardian_id uuid references users;
alter table rooms drop constraint rooms_kind, drop constraint rooms_student_kind_unique;
alter table rooms
    add constraint rooms_kind check (kind in ('family', 'team', 'class', 'desk_coordination', 'desk_aee')),
    add constraint rooms_about check (
        (kind = 'class') = (class_id is not null) and (kind = 'class') = (student_id is null)
        and (kind in ('desk_coordination', 'desk_aee')) = (guardian_id is not null));
create unique index rooms_student_kind_unique on rooms (student_id, kind) where guardian_id is null and student_id is not null;
create unique index rooms_class_unique on rooms (class_id) where class_id is not null;
create unique index rooms_desk_unique on rooms (student_id, kind, guardian_id) where guardian_id is not null;
create index rooms_guardian on rooms (guardian_id) where guardian_id is not null;

-- About whom a coming or going in a class's room is, is for nobody who reads along.
alter table room_events add column is_hidden boolean not null default false;

-- Every class has its room.
create function open_class_room() returns trigger
    language plpgsql security definer set search_path = ''
    as $$
    begin
        insert into public.rooms (room_id, kind, class_id) values (gen_random_uuid(), 'class', new.class_id);
        return null;
    end $$;
create trigger classes_rooms after insert on classes for each row execute function open_class_room();
insert into rooms (room_id, kind, class_id) select gen_random_uuid(), 'class', class_id from classes;

-- Who may do what --------------------------------------------------------------------------------------------------------------------------

-- Has this person an active grant for a room of this kind: about its student, or about some student of its class? Runs with the caller's rights.
-- Two arms, so that both find the grants of one student by their index, however many students somebody has.
create function has_room_grant(person uuid, room_kind text, student uuid, class uuid, wanted_access text) returns boolean
    language sql stable
    as $$
        select case when class is null
            then public.has_active_grant(person, student, 'room_' || room_kind, wanted_access)
            else exists (
                select 1 from public.students s
                where s.class_id = class and public.has_active_grant(person, s.student_id, 'room_' || room_kind, wanted_access))
        end
    $$;

-- Is this person in the room, with an active right to write there? The statements that write ask it, and the policy behind them.
create function may_write_in(room uuid, person uuid) returns boolean
    language sql stable
    as $$
        select exists (
            select 1 from public.rooms r
            join public.room_members m on m.room_id = r.room_id and m.user_id = person and m.left_seq is null
            where r.room_id = room and public.has_room_grant(person, r.kind, r.student_id, r.class_id, 'write'))
    $$;

create function is_in_room(room uuid, room_kind text, student uuid, class uuid) returns boolean
    language sql stable
    as $$
        select public.has_room_grant(public.app_user_id(), room_kind, student, class, 'read')
           and exists (
               select 1 from public.room_members m
               where m.room_id = room and m.user_id = public.app_user_id() and m.left_seq is null)
    $$;

drop policy own_rooms on rooms;
drop function is_in_room(uuid, uuid, text);
create policy own_rooms on rooms for select to kazumi_app using (is_in_room(room_id, kind, student_id, class_id));
-- In a class's room nobody learns from comings and goings who the other families are. (Policies are asked in the order of their names, backwards: these
-- cost more than most, and come late.)
drop policy talked_to_seen on users;
create policy heard_in_rooms on users for select to kazumi_app
    using (exists (select 1 from room_events e where e.user_id = users.user_id and not e.is_hidden));
-- Those who sit at a desk see for whom it is.
create policy guardian_of_desk_seen on users for select to kazumi_app
    using (exists (select 1 from rooms r where r.guardian_id = users.user_id));
drop policy sender_may_write on room_events;
create policy sender_may_write on room_events for insert to kazumi_writer
    with check (kind in ('text', 'edited', 'deleted', 'reacted') and may_write_in(room_id, user_id)
        and exists (select 1 from rooms r where r.room_id = room_events.room_id and r.kind <> 'class')
        -- Changing and taking back is for who wrote it.
        and (kind not in ('edited', 'deleted') or exists (
            select 1 from room_events t
            where t.room_id = room_events.room_id and t.seq = room_events.target_seq and t.user_id = room_events.user_id)));

-- Who is in ------------------------------------------------------------------------------------------------------------------------------------

-- Whom the grants name at this moment as members of some rooms, or of all: not when the transaction began, which may have waited while a date passed. Whoever is or was family of the child is in no other guardian's desk, whatever
-- function they exercise.
create function entitled_members(which uuid[]) returns table (room_id uuid, user_id uuid)
    language sql volatile security definer set search_path = ''
    as $$
        select r.room_id, g.user_id
        from public.rooms r
        join public.grants g on g.student_id = r.student_id and g.section = 'room_' || r.kind
        where (which is null or r.room_id = any (which))
          and g.valid_from <= clock_timestamp() and (g.valid_to is null or clock_timestamp() < g.valid_to)
          and (r.guardian_id is null or g.user_id = r.guardian_id or not exists (
              select 1 from public.guardianships k where k.student_id = r.student_id and k.user_id = g.user_id))
        union
        select r.room_id, g.user_id
        from public.rooms r
        join public.students s on s.class_id = r.class_id
        join public.grants g on g.student_id = s.student_id and g.section = 'room_class'
        where (which is null or r.room_id = any (which))
          and g.valid_from <= clock_timestamp() and (g.valid_to is null or clock_timestamp() < g.valid_to)
    $$;

-- Makes the members of some rooms those whom the grants name now; each change is an event, and a bell for the open sockets of whom it concerns.
-- The rooms are locked first, in the order of their ids, and then everything is read anew: several students share the room of a class, and
-- two changes at once must each see what the other has written.
create function sync_these_rooms(which uuid[]) returns void
    language plpgsql security definer set search_path = ''
    as $$
    declare changed bigint;
    begin
        perform from public.rooms r where r.room_id = any (which) order by r.room_id for no key update;
        -- In the order in which everybody locks them who moves marks.
        perform from public.room_members m where m.room_id = any (which) order by m.room_id, m.user_id for no key update;
        with room as (
            select r.room_id, r.kind = 'class' as hides, r.last_seq, r.message_count from public.rooms r where r.room_id = any (which)
        ), entitled as (
            select e.room_id, e.user_id from public.entitled_members(which) e
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
            select c.room_id, c.user_id, c.kind, r.message_count, r.hides,
                   r.last_seq + row_number() over (partition by c.room_id order by c.kind desc, c.user_id) as seq
            from change c join room r using (room_id)
        ), written as (
            insert into public.room_events (room_id, seq, message_no, kind, user_id, is_hidden)
            select n.room_id, n.seq, n.message_count, n.kind, n.user_id, n.hides from numbered n
        ), joined as (
            -- Who comes has nothing unread: what was said before is not theirs.
            insert into public.room_members as m (room_id, user_id, joined_seq, read_seq, read_no, received_seq)
            select n.room_id, n.user_id, n.seq, n.seq, n.message_count, n.seq from numbered n where n.kind = 'member_added'
            on conflict (room_id, user_id) do update
            set joined_seq = excluded.joined_seq, left_seq = null, read_seq = excluded.read_seq, read_no = excluded.read_no,
                received_seq = excluded.received_seq
        ), gone as (
            update public.room_members m set left_seq = n.seq
            from numbered n
            where n.kind = 'member_removed' and m.room_id = n.room_id and m.user_id = n.user_id
        ), told as (
            insert into public.auth_changes (user_id) select distinct n.user_id from numbered n
        )
        update public.rooms r set last_seq = n.last, members_rev = r.members_rev + 1
        from (select numbered.room_id, max(numbered.seq) as last from numbered group by numbered.room_id) n
        where r.room_id = n.room_id;
        get diagnostics changed = row_count;
        if changed > 0 then
            perform pg_notify('auth_changes', '');
        end if;
    end $$;
revoke execute on function entitled_members(uuid[]), sync_these_rooms(uuid[]) from public;
grant execute on function entitled_members(uuid[]) to kazumi_writer;

-- All rooms that some students reach: their own, the desks, the rooms of their classes. In the transaction that changes grants, and again when a
-- date has passed.
create or replace function sync_rooms(students uuid[]) returns void
    language plpgsql security definer set search_path = ''
    as $$
    begin
        perform public.sync_these_rooms(array(
            select r.room_id from public.rooms r where r.student_id = any (students)
            union
            select r.room_id from public.rooms r
            join public.students s on s.class_id = r.class_id where s.student_id = any (students)));
    end $$;

-- A student who changes class takes its people out of one room and into another.
create function follow_class() returns trigger
    language plpgsql security definer set search_path = ''
    as $$
    declare which uuid[];
    begin
        select array_agg(r.room_id) into which
        from public.rooms r
        where r.class_id in (
            select unnest(array[b.class_id, a.class_id])
            from before b join after a using (student_id)
            where a.class_id is distinct from b.class_id);
        if which is not null then
            perform public.sync_these_rooms(which);
        end if;
        return null;
    end $$;
create trigger students_class after update on students referencing old table as before new table as after
    for each statement execute function follow_class();

-- Opening a desk ------------------------------------------------------------------------------------------------------------------------------

-- The room of a guardian at a desk, opened if there is none: by the guardian, or by somebody who writes there and is no family of the child.
-- No row: this guardian is none of the child's, or it is not the transaction's person's to open.
create function open_desk(student uuid, desk text, guardian uuid) returns table (opened uuid, is_new boolean)
    language plpgsql security definer set search_path = ''
    as $$
    declare asker uuid := public.app_user_id();
    begin
        -- Whoever changes ties of the child holds this row: what is asked below is what the members will be.
        perform from public.students s where s.student_id = student and s.erased_at is null for key share;
        if not found
            or desk not in ('desk_coordination', 'desk_aee')
            or not public.has_room_grant(asker, desk, student, null, 'write')
            or not public.has_room_grant(guardian, desk, student, null, 'write')
            or not exists (
                select 1 from public.guardianships k
                where k.student_id = student and k.user_id = guardian and k.valid_from <= now() and (k.valid_to is null or now() < k.valid_to))
            or guardian <> asker and exists (
                select 1 from public.guardianships k where k.student_id = student and k.user_id = asker)
        then
            return;
        end if;
        insert into public.rooms (room_id, kind, student_id, guardian_id) values (gen_random_uuid(), desk, student, guardian)
        on conflict do nothing;
        is_new := found;
        select r.room_id into opened from public.rooms r
        where r.student_id = student and r.kind = desk and r.guardian_id = guardian;
        if is_new then
            perform public.sync_these_rooms(array[opened]);
        end if;
        return next;
    end $$;
revoke execute on function open_desk(uuid, text, uuid) from public;
grant execute on function open_desk(uuid, text, uuid) to kazumi_app;
