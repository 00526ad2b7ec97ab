"""The words of the system as values: plan, launch, facts, orders, and the state they fold into."""
