-- Messages can be changed for a short time by who wrote them, taken back at any time, and answered with a reaction. Each of these is an event of its own,
-- so that whoever was away hears of it; the message keeps its words for the school's record, and says which event changed it or took it back.

alter table room_events
    add column target_seq  bigint,
    add column reaction    text,
    -- Of a message: the last event that changed it, and the one that took it back.
    add column edited_seq  bigint,
    add column deleted_seq bigint,
    drop constraint room_events_kind,
    drop constraint room_events_text,
    drop constraint room_events_reply,
    add constraint room_events_kind
        check (kind in ('text', 'edited', 'deleted', 'reacted', 'member_added', 'member_removed')),
    add constraint room_events_words check ((kind in ('text', 'edited')) = (body is not null)),
    add constraint room_events_named check ((kind in ('member_added', 'member_removed')) = (client_id is null)),
    add constraint room_events_target
        check ((kind in ('edited', 'deleted', 'reacted')) = (target_seq is not null) and target_seq < seq),
    add constraint room_events_reaction
        check (reaction is null or kind = 'reacted' and reaction in ('like', 'love', 'applause', 'joy', 'sadness', 'thanks')),
    add constraint room_events_reply check (reply_to is null or kind = 'text' and reply_to < seq),
    add constraint room_events_revised
        check ((edited_seq is null or kind = 'text' and edited_seq > seq) and (deleted_seq is null or kind = 'text' and deleted_seq > seq));

-- The log as people read it: of a message what it says now, of a change only the one that counts, and of what was taken back nothing.
create view room_log with (security_invoker = true) as
    select e.room_id, e.seq, e.message_no, e.kind, e.user_id, e.client_id, e.reply_to, e.target_seq, e.reaction, e.edited_seq, e.deleted_seq, e.created_at,
           case
               when e.deleted_seq is not null then null
               when e.edited_seq is not null
                   then (select c.body from room_events c where c.room_id = e.room_id and c.seq = e.edited_seq)
               when e.kind = 'edited'
                   then (select e.body from room_events t
                         where t.room_id = e.room_id and t.seq = e.target_seq and t.edited_seq = e.seq and t.deleted_seq is null)
               else e.body
           end as body
    from room_events e;
grant select on room_log to kazumi_app, kazumi_writer;

grant insert (target_seq, reaction) on room_events to kazumi_writer;
grant update (edited_seq, deleted_seq) on room_events to kazumi_writer;
create policy writer_revises on room_events for update to kazumi_writer using (kind = 'text') with check (kind = 'text');
drop policy sender_may_write on room_events;
create policy sender_may_write on room_events for insert to kazumi_writer
    with check (kind in ('text', 'edited', 'deleted', 'reacted')
        -- Changing and taking back is for who wrote it.
        and (kind not in ('edited', 'deleted') or exists (
            select 1 from room_events t
            where t.room_id = room_events.room_id and t.seq = room_events.target_seq and t.user_id = room_events.user_id))
        and exists (
            select 1 from rooms r
            join grants g on g.student_id = r.student_id and g.section = 'room_' || r.kind
            where r.room_id = room_events.room_id and g.user_id = room_events.user_id and g.access = 'write'
              and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)));
