"""Letters under fire: senders that are killed between every two steps."""
