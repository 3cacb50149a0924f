-- Keeps the seed and the newest two states.
-- Role: kazumi_writer.
-- $1 uuid: document
delete from pei_snapshots
where document_id = $1 and covers_seq > 0
  and covers_seq < (
      select min(covers_seq) from (
          select covers_seq from pei_snapshots where document_id = $1 order by covers_seq desc limit 2) as newest)
