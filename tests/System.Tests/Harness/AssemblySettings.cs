// One desk at a time: each takes the whole machine.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
