"""Every event, command and query, by the service that publishes or answers it.

Events and commands carry ids, a rule's name and facts of state: no names, marks or words. A subject carries no record's id.
"""
