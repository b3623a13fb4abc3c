using System.Text.Json;
using System.Text.Json.Serialization;

namespace Desk.Contracts;

/// <summary>How a contact reached the desk.</summary>
[JsonConverter(typeof(Word<Channel>))]
public enum Channel { Web, Api, Mail, Phone, Chat, WalkIn }

/// <summary>What kind of matter a ticket is: something is broken, or something is wanted.</summary>
[JsonConverter(typeof(Word<TicketType>))]
public enum TicketType { Incident, Request }

/// <summary>Where a ticket stands. Only <see cref="Resolved"/> and <see cref="Closed"/> are over; the rest are open.</summary>
[JsonConverter(typeof(Word<TicketStatus>))]
public enum TicketStatus { New, Open, Waiting, Resolved, Closed }

/// <summary>Whom a waiting ticket waits for.</summary>
[JsonConverter(typeof(Word<WaitingFor>))]
public enum WaitingFor { Requester, Supplier, Time }

/// <summary>How many hurt.</summary>
[JsonConverter(typeof(Word<Impact>))]
public enum Impact { One, Group, Site, All }

/// <summary>How much it hurts.</summary>
[JsonConverter(typeof(Word<Urgency>))]
public enum Urgency { Low, Medium, High }

/// <summary>P1 is the most pressing. Read from the matrix of impact and urgency.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Priority>))]
public enum Priority { P1 = 1, P2, P3, P4, P5 }

/// <summary>Whose thing a ticket is about: the organisation's, or the person's own. What is private is helped, but marked.</summary>
[JsonConverter(typeof(Word<Ownership>))]
public enum Ownership { Work, Private }

/// <summary>A promise of an agreement: first answer, reply to a message, speak up at least this often, solve.</summary>
[JsonConverter(typeof(Word<TargetKind>))]
public enum TargetKind { Answer, Reply, Update, Resolution }

/// <summary>A line of a desk that has lines.</summary>
[JsonConverter(typeof(Word<Line>))]
public enum Line { First, Second, Expert }

/// <summary>What became of a mail that reached the desk.</summary>
[JsonConverter(typeof(Word<MailOutcome>))]
public enum MailOutcome { Ticket, Reply, Automatic, Bounce, Ignored, Quarantined }

/// <summary>Who did something: a person of the desk, the requester, or the desk itself.</summary>
[JsonConverter(typeof(Word<ActorKind>))]
public enum ActorKind { Requester, Agent, System }

/// <summary>Why an agent is told: they asked to be reminded, a trigger says so, or a trigger was stopped because it fired too often.</summary>
[JsonConverter(typeof(Word<ToldAbout>))]
public enum ToldAbout { Reminder, Trigger, TriggerStopped }

/// <summary>What a person may be at the desk.</summary>
[JsonConverter(typeof(Word<Role>))]
public enum Role { Requester, Agent, Lead, Admin }

/// <summary>Writes an enum as one camelCase word, everywhere it is met.</summary>
public sealed class Word<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
