-- Messages that were found, as a person may read them, newest first, if they still say what was asked for; beside each the text as it was compared, with marks
-- around what was found.
-- Role: kazumi_app, acting for that person (policies of rooms and room_events).
-- $1 uuid[]: room; $2 bigint[]: sequence; $3 text: words.
select e.room_id, e.seq, e.created_at, e.user_id, u.name, r.kind, r.student_id, s.name as student_name, normalize(e.body, NFC) as body,
       ts_headline('kazumi_pt', search_fold(e.body), q.words, E'HighlightAll=true, StartSel="\x02", StopSel="\x03"') as marked
from unnest($1::uuid[], $2::bigint[]) as f (room_id, seq)
cross join plainto_tsquery('kazumi_pt', search_fold($3::text)) as q (words)
join room_log e using (room_id, seq)
join rooms r using (room_id)
left join students s on s.student_id = r.student_id
left join users u on u.user_id = e.user_id
where to_tsvector('kazumi_pt', search_fold(e.body)) @@ q.words
order by e.created_at desc, e.room_id desc, e.seq desc
