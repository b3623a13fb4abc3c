using System.Text.Json.Serialization;
using Desk.Contracts;
using Desk.Routing.Relations;
using Desk.Routing.Work;
using Desk.ServiceDefaults;

namespace Desk.Routing.Causes;

[JsonConverter(typeof(Word<ProblemStatus>))]
internal enum ProblemStatus { Open, Known, Solved }

/// <summary>
/// The cause behind several tickets: its facts, one after the other, applied to nothing; and what may be done with it. Major: it hurts so many that
/// the portal shows it, one voice speaks of it, and the next word has a time. See docs/adr/0201-problems.md.
/// </summary>
internal sealed record Problem
{
    public static readonly Problem Nothing = new();

    /// <summary>A major incident is spoken of at least this often.</summary>
    public static readonly TimeSpan SpeaksEvery = TimeSpan.FromHours(1);

    public Guid Id { get; init; }
    public string Number { get; init; } = "";
    public string Title { get; init; } = "";
    public ProblemStatus Status { get; init; }
    public string? Cause { get; init; }
    public string? Workaround { get; init; }

    /// <summary>What was last said to all requesters.</summary>
    public Word? Word { get; init; }

    public DateTimeOffset? SpokenAt { get; init; }

    /// <summary>Who gave the last word, and is to give the next.</summary>
    public Actor? Voice { get; init; }

    public DateTimeOffset? MajorSince { get; init; }
    public DateTimeOffset? NextWordAt { get; init; }
    public IReadOnlyList<TicketRef> Tickets { get; init; } = [];
    public DateTimeOffset UpdatedAt { get; init; }

    public static Problem Of(IEnumerable<ProblemFact> facts) => facts.Aggregate(Nothing, (problem, fact) => problem.After(fact));

    public Problem After(ProblemFact fact) => fact switch
    {
        Found it => this with { Id = it.Id, Number = it.Number, Title = it.Title, UpdatedAt = it.At },
        Attached it => this with { Tickets = [.. Tickets, it.Ticket], UpdatedAt = it.At },
        Detached it => this with { Tickets = [.. Tickets.Where(ticket => ticket != it.Ticket)], UpdatedAt = it.At },
        BecameKnown it => this with { Status = ProblemStatus.Known, Cause = it.Cause ?? Cause, Workaround = it.Workaround ?? Workaround, UpdatedAt = it.At },
        Declared it => this with { MajorSince = it.At, Word = it.Word, SpokenAt = it.At, Voice = it.By, NextWordAt = it.NextWordAt, UpdatedAt = it.At },
        Spoken it => this with { Word = it.Word, SpokenAt = it.At, Voice = it.By, NextWordAt = it.NextWordAt, UpdatedAt = it.At },
        CalledOff it => this with { MajorSince = null, NextWordAt = null, Word = it.Word ?? Word, UpdatedAt = it.At },
        Solved it => this with { Status = ProblemStatus.Solved, MajorSince = null, NextWordAt = null, Word = it.Word, SpokenAt = it.At, UpdatedAt = it.At },
        _ => throw new ArgumentOutOfRangeException(nameof(fact), fact.GetType().Name, null),
    };

    /// <summary>Tickets that were not attached become so. Who comes to a problem that has been spoken of hears the last word: <see cref="ProblemOutcome.Tell"/>.</summary>
    public ProblemOutcome Attach(IReadOnlyList<WorkItem> tickets, Actor by, DateTimeOffset now)
    {
        MustNotBeSolved("attach to");
        foreach (var ticket in tickets)
            ticket.MustNotBeClosed("attach");
        var fresh = tickets.Where(ticket => Tickets.All(known => known.Id != ticket.TicketId)).ToList();
        return new ProblemOutcome([.. fresh.Select(ticket => new Attached(now, by, ticket.Ref))])
        {
            OnTickets = fresh.ToDictionary(ticket => ticket.TicketId, ticket => (IReadOnlyList<Fact>)[new Linked(now, by, new TicketRef(Id, Number), LinkKind.Problem, null)]),
            Tell = Word is null ? null : (Word, [.. fresh.Select(ticket => ticket.Ref)]),
        };
    }

    public ProblemOutcome Detach(WorkItem ticket, Actor by, DateTimeOffset now)
        => Tickets.All(known => known.Id != ticket.TicketId)
            ? throw new RuleBrokenException("problem.notAttached", Phrase.Of($"{ticket.Number} hör inte till {Number}.", $"{ticket.Number} does not belong to {Number}."))
            : new ProblemOutcome([new Detached(now, by, ticket.Ref)])
            {
                OnTickets = new Dictionary<Guid, IReadOnlyList<Fact>> { [ticket.TicketId] = [new Unlinked(now, by, new TicketRef(Id, Number), null)] },
            };

    public ProblemOutcome Know(string? cause, string? workaround, Actor by, DateTimeOffset now)
    {
        MustNotBeSolved("change");
        return new ProblemOutcome([new BecameKnown(now, by, cause, workaround)]);
    }

    public ProblemOutcome Declare(Word word, Actor by, DateTimeOffset now)
    {
        MustNotBeSolved("declare");
        return MajorSince is not null
            ? throw new RuleBrokenException("problem.major", Phrase.Of($"{Number} är redan en större störning: berätta om den.", $"{Number} is a major incident already: speak of it."))
            : new ProblemOutcome([new Declared(now, by, word, now + SpeaksEvery)]) { Tell = (word, Tickets) };
    }

    public ProblemOutcome Speak(Word word, Actor by, DateTimeOffset now)
    {
        MustNotBeSolved("speak of");
        return new ProblemOutcome([new Spoken(now, by, word, MajorSince is null ? null : now + SpeaksEvery)]) { Tell = (word, Tickets) };
    }

    public ProblemOutcome CallOff(Word? word, Actor by, DateTimeOffset now) => MajorSince is null
        ? throw new RuleBrokenException("problem.notMajor", Phrase.Of($"{Number} är ingen större störning.", $"{Number} is no major incident."))
        : new ProblemOutcome([new CalledOff(now, by, word)]) { Tell = word is null ? null : (word, Tickets) };

    /// <summary>Solved once, for all: every ticket of it that is still open is solved with the same words, and so its requester is told.</summary>
    public ProblemOutcome Solve(Word word, IReadOnlyList<Dossier> tickets, Deciding deciding)
    {
        MustNotBeSolved("solve");
        return new ProblemOutcome([new Solved(deciding.Now, deciding.By, word)])
        {
            OnTickets = tickets.Where(ticket => ticket.Item.IsOpen).ToDictionary(
                ticket => ticket.Item.TicketId,
                ticket => ResolveTicket.Decide(ticket.Item, LanguageOf(ticket) == "en" ? word.En ?? word.Sv : word.Sv, null, deciding)),
        };
    }

    private void MustNotBeSolved(string what)
    {
        if (Status == ProblemStatus.Solved)
            throw new RuleBrokenException("problem.solved", Phrase.Of($"{Number} är löst. Gör ett nytt problem.", $"{Number} is solved: nobody can {what} it. Make a new problem."));
    }

    private static string? LanguageOf(Dossier ticket) => ticket.Facts.OfType<Registered>().FirstOrDefault()?.Language;
}

/// <summary>What a decision on a problem leads to: for itself, for its tickets by their id, and what is said to the requesters of which.</summary>
internal sealed record ProblemOutcome(IReadOnlyList<ProblemFact> Facts)
{
    public IReadOnlyDictionary<Guid, IReadOnlyList<Fact>> OnTickets { get; init; } = new Dictionary<Guid, IReadOnlyList<Fact>>();

    public (Word Word, IReadOnlyList<TicketRef> Tickets)? Tell { get; init; }
}
