using Desk.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Intake.Requests;

/// <summary>What is wrong with a request, field by field, in words for the person who reads the answer.</summary>
internal sealed class Faults
{
    private readonly Dictionary<string, List<string>> _found = [];

    public bool Any => _found.Count > 0;

    public void Add(string field, string fault)
    {
        if (!_found.TryGetValue(field, out var faults))
            _found[field] = faults = [];
        faults.Add(fault);
    }

    public void Require(bool holds, string field, string fault)
    {
        if (!holds)
            Add(field, fault);
    }

    public ProblemHttpResult Answer() => Problems.Invalid(_found.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()));
}
