namespace Desk.Web.Operations;

/// <summary>A bar of a chart; Class is its colour in workspace.css.</summary>
public sealed record Bar(string Name, long Value, string Class);
