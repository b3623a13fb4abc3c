using System.Text.Json.Serialization;
using Desk.Contracts;

namespace Desk.Routing.Relations;

/// <summary>What another ticket is to this one. Problem: it is the number of a problem, the cause behind this ticket and others.</summary>
[JsonConverter(typeof(Word<LinkKind>))]
internal enum LinkKind { Related, SplitFrom, SplitInto, Continues, ContinuedBy, Parent, Child, Problem }

/// <summary>A ticket that this one belongs together with, and what it is to it.</summary>
internal sealed record Link(TicketRef To, LinkKind Kind);
