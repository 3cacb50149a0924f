-- How many mails wait.
-- Role: kazumi_writer.
-- No parameters. One row.
select count(*) as waiting from outbox
