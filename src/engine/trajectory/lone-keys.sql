-- What stands for settle-told.sql where an import tells all of its sessions alone and each span once, and no event of the client has to
-- be put somewhere: every record is in force as it is.

-- one row per span in force of the affected sessions, without the texts
CREATE OR REPLACE TEMP VIEW merged AS
SELECT
  row_no, session_no, span_id, source_id, seq, import_order, parent_span_id, trace_id, kind, operation, status, agent_id, spawns_agent_id, start_ns,
  end_ns, order_by_time, has_session_id, is_rewound, is_derived,
  coalesce(kind = 'user' AND origin IN ('human', 'simulated') AND agent_id IS NULL AND NOT is_rewound, false) AS opens_turn
FROM incoming;
