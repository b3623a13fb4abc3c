namespace Desk.Web.Shared;

/// <summary>Short messages to the reader of one circuit; the layout shows them and reads them out.</summary>
public sealed class Toasts
{
    public event Action<Toast>? Said;

    public void Say(string text, bool bad = false) => Said?.Invoke(new Toast(text, bad));
}

/// <summary>Not a record: two with the same words are two, and the page tells them apart.</summary>
public sealed class Toast(string text, bool bad)
{
    public string Text { get; } = text;

    public bool Bad { get; } = bad;
}
