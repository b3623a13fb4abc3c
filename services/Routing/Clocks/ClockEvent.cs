using System.Text.Json.Serialization;
using Desk.Contracts;

namespace Desk.Routing.Clocks;

/// <summary>What in the life of a ticket moves its clocks. Retargeted: priority, agreement or calendar changed.</summary>
[JsonConverter(typeof(Word<ClockEventType>))]
internal enum ClockEventType
{
    Registered, RequesterMessage, AgentMessage, Paused, Resumed, Resolved, Reopened, Closed, Retargeted,
}

/// <summary>Terms come with Registered and Retargeted.</summary>
internal sealed record ClockEvent(DateTimeOffset At, ClockEventType Type, Terms? Terms = null);
