namespace Desk.Routing.Triage;

/// <summary>A text and what it turned out to be about.</summary>
internal sealed record Lesson(string Text, string Label);

/// <summary>
/// Softmax regression over <see cref="Features"/>, learned by stochastic gradient descent with a step of its own for every weight
/// (AdaGrad; Duchi, Hazan and Singer 2011). Features that many texts share count less (inverse document frequency). One more lesson can be
/// learned at any time while others ask: a reader may see a weight from before and one from after, which moves the answer by less than the lesson does.
/// </summary>
internal sealed class Classifier
{
    private const float Step = 0.2f;

    private readonly List<string> _labels = [];
    private readonly Lock _learning = new();
    private readonly int[] _texts = new int[Features.Room];
    private float[][] _weights = [];
    private float[][] _squares = [];
    private float[] _bias = [];
    private int _lessons;

    public IReadOnlyList<string> Labels => _labels;

    public int Lessons => _lessons;

    /// <summary>Learns a whole history at once. The order is shuffled the same way every time, so the same history teaches the same.</summary>
    public static Classifier Learn(IReadOnlyList<Lesson> history, int? rounds = null, CancellationToken cancellation = default)
    {
        var classifier = new Classifier();
        foreach (var label in history.Select(lesson => lesson.Label).Distinct().Order(StringComparer.Ordinal))
            classifier.AddLabel(label);
        var texts = new (Features.Feature[] Features, int Label)[history.Count];
        for (var i = 0; i < history.Count; i++)
        {
            texts[i] = (Features.Of(history[i].Text), classifier._labels.IndexOf(history[i].Label));
            classifier.Seen(texts[i].Features);
        }
        for (var i = 0; i < texts.Length; i++)
            texts[i].Features = classifier.Weigh(texts[i].Features);

        // Few texts need many looks; many texts teach enough in a few.
        var shuffle = new Random(1);
        for (var round = 0; round < (rounds ?? Math.Clamp(25_000 / Math.Max(1, texts.Length), 6, 30)); round++)
        {
            shuffle.Shuffle(texts);
            foreach (var (features, label) in texts)
            {
                cancellation.ThrowIfCancellationRequested();
                classifier.Descend(features, label);
            }
        }
        return classifier;
    }

    /// <summary>One more lesson, looked at a few times.</summary>
    public void Learn(Lesson lesson)
    {
        lock (_learning)
        {
            if (!_labels.Contains(lesson.Label))
                AddLabel(lesson.Label);
            var raw = Features.Of(lesson.Text);
            Seen(raw);
            var features = Weigh(raw);
            for (var look = 0; look < 3; look++)
                Descend(features, _labels.IndexOf(lesson.Label));
        }
    }

    /// <summary>The likeliest label; null before anything was learned, or when there is nothing to read.</summary>
    public Guess? Guess(string text) => Rank(text) is [var best, ..] ? best : null;

    /// <summary>Every label, the likeliest first.</summary>
    public IReadOnlyList<Guess> Rank(string text)
    {
        var features = Weigh(Features.Of(text));
        if (features.Length == 0 || _weights.Length == 0)
            return [];
        var chances = new float[_weights.Length];
        Softmax(features, chances);
        var guesses = new Guess[chances.Length];
        for (var label = 0; label < chances.Length; label++)
            guesses[label] = new Guess(_labels[label], chances[label]);
        Array.Sort(guesses, (one, other) => other.Certainty.CompareTo(one.Certainty));
        return guesses;
    }

    private void Seen(Features.Feature[] features)
    {
        _lessons++;
        foreach (var feature in features)
            _texts[feature.Index]++;
    }

    private Features.Feature[] Weigh(Features.Feature[] features)
    {
        var weighed = new Features.Feature[features.Length];
        var sum = 0.0;
        for (var i = 0; i < features.Length; i++)
        {
            var rarity = (float)Math.Log((1.0 + _lessons) / (1 + _texts[features[i].Index])) + 1;
            weighed[i] = features[i] with { Weight = features[i].Weight * rarity };
            sum += weighed[i].Weight * weighed[i].Weight;
        }
        var norm = sum == 0 ? 0 : (float)(1 / Math.Sqrt(sum));
        for (var i = 0; i < weighed.Length; i++)
            weighed[i] = weighed[i] with { Weight = weighed[i].Weight * norm };
        return weighed;
    }

    private void Descend(Features.Feature[] features, int label)
    {
        Span<float> chances = stackalloc float[_weights.Length];
        Softmax(features, chances);
        for (var other = 0; other < chances.Length; other++)
        {
            var error = chances[other] - (other == label ? 1 : 0);
            if (Math.Abs(error) < 1e-4f)
                continue;
            var (weights, squares) = (_weights[other], _squares[other]);
            foreach (var feature in features)
            {
                var gradient = error * feature.Weight;
                var square = squares[feature.Index] += gradient * gradient;
                weights[feature.Index] -= Step * gradient / (MathF.Sqrt(square) + 1e-3f);
            }
            _bias[other] -= 0.02f * error;
        }
    }

    private void Softmax(Features.Feature[] features, Span<float> chances)
    {
        var (all, bias) = (_weights, _bias);
        var top = float.MinValue;
        for (var label = 0; label < chances.Length; label++)
        {
            var weights = all[label];
            var score = bias[label];
            foreach (var feature in features)
                score += weights[feature.Index] * feature.Weight;
            chances[label] = score;
            top = Math.Max(top, score);
        }
        var sum = 0f;
        foreach (ref var chance in chances)
            sum += chance = MathF.Exp(chance - top);
        foreach (ref var chance in chances)
            chance /= sum;
    }

    private void AddLabel(string label)
    {
        _labels.Add(label);
        _squares = [.. _squares, new float[Features.Room]];
        _bias = [.. _bias, 0f];
        // Last: a reader goes by the number of weights.
        _weights = [.. _weights, new float[Features.Room]];
    }
}
