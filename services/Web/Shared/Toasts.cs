namespace Desk.Web.Shared;

/// <summary>Short messages to the reader of one circuit; the layout shows them and reads them out.</summary>
public sealed class Toasts
{
    public event Action<Toast>? Said;

    public void Say(string text, bool bad = false) => Said?.Invoke(new Toast(text, bad));
}

public sealed record Toast(string Text, bool Bad);
