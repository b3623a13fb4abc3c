-- Silent_at: when the requester will have heard nothing for longer than promised. Stuck_at: since when what time does to it cannot be worked out.
alter table work_item add column silent_at timestamptz, add column stuck_at timestamptz;
-- What is open gets its time of silence when it is next looked at: now.
update work_item set wake_at = least(wake_at, now()) where status in ('new', 'open', 'waiting');
