namespace Desk.Web.Live;

/// <summary>Who has a ticket open now, so that two agents do not answer the same person.</summary>
internal sealed class Presence
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<Here>> _tickets = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The number of the ticket that somebody came to or left.</summary>
    public event Action<string>? Changed;

    /// <summary>Here until disposed; a person with two windows is here once.</summary>
    public IDisposable Enter(string number, Guid agent, string name)
    {
        var here = new Here(this, number, agent, name);
        lock (_lock)
        {
            if (!_tickets.TryGetValue(number, out var all))
                _tickets[number] = all = [];
            all.Add(here);
        }
        Changed?.Invoke(number);
        return here;
    }

    public IReadOnlyList<string> Others(string number, Guid me)
    {
        lock (_lock)
            return _tickets.TryGetValue(number, out var all) ? [.. all.Where(h => h.Agent != me).DistinctBy(h => h.Agent).Select(h => h.Name)] : [];
    }

    private sealed class Here(Presence presence, string number, Guid agent, string name) : IDisposable
    {
        public Guid Agent => agent;

        public string Name => name;

        public void Dispose()
        {
            lock (presence._lock)
            {
                if (!presence._tickets.TryGetValue(number, out var all) || !all.Remove(this))
                    return;
                if (all.Count == 0)
                    presence._tickets.Remove(number);
            }
            presence.Changed?.Invoke(number);
        }
    }
}
