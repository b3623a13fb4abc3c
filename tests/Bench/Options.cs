using System.Globalization;

namespace Desk.Bench;

/// <summary><c>--name value</c> pairs and loose words of a command line.</summary>
internal sealed class Options
{
    private readonly Dictionary<string, string> _named = [];

    public List<string> Words { get; } = [];

    public static Options Parse(string[] args)
    {
        var options = new Options();
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
                options.Words.Add(args[i]);
            else if (i + 1 < args.Length)
                options._named[args[i][2..]] = args[++i];
            else
                throw new ArgumentException($"{args[i]} wants a value after it.");
        }
        return options;
    }

    public string? Text(string name) => _named.GetValueOrDefault(name);

    public int Number(string name, int otherwise) => Text(name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new ArgumentException($"--{name} wants a number, not '{text}'.");
}
