using System.Text.Json;
using Desk.AppHost.Native;

namespace Desk.AppHost.Running;

/// <summary>Values made once and kept, so that the desk's data can be read again tomorrow.</summary>
internal sealed class Secrets(string path)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly Lock gate = new();

    public string GetOrMake(string name, Func<string> make)
    {
        lock (gate)
        {
            var kept = File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path))! : [];
            if (kept.TryGetValue(name, out var value))
                return value;
            kept[name] = value = make();
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            PrivateFile.Write(path, JsonSerializer.Serialize(kept, Indented));
            return value;
        }
    }
}
