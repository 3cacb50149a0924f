-- Where words stand in the rooms that a person is in, since they are in, newest first. Places only: what is shown is read as that person, whom the policies
-- of `room_events` hold to their rooms. As this role because an index on words cannot be used beneath a policy.
-- Role: kazumi_writer.
-- $1 uuid: person; $2 text: words; $3 uuid: room, or null for all; $4 timestamptz, $5 uuid, $6 bigint: the place before which to look, or nulls; $7 bigint: how
-- many at most.
select f.room_id, f.seq, f.at
from room_members m
cross join lateral (
    select s.room_id, s.seq, s.at
    from message_search s
    where s.room_id = m.room_id and s.seq >= m.joined_seq
      and s.words @@ plainto_tsquery('kazumi_pt', search_fold($2::text))
      and ($4::timestamptz is null or (s.at, s.room_id, s.seq) < ($4, $5::uuid, $6::bigint))
    order by s.at desc, s.seq desc
    limit $7
) f
where m.user_id = $1 and m.left_seq is null and ($3::uuid is null or m.room_id = $3)
order by f.at desc, f.room_id desc, f.seq desc
limit $7
