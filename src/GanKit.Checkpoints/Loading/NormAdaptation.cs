using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>
/// Turns the normalised weights of a file into what a network has for them: the same norm under other names, or the plain
/// weight that the norm gives in evaluation mode.
/// </summary>
internal static class NormAdaptation
{
    private const double LeastEigenvalue = 1e-10; // of the largest; singular values down to 1e-5

    /// <summary>
    /// Adapts what a file holds to the names that a network has; without a network to this library's names for spectral
    /// norms, and to plain weights for weight norms.
    /// </summary>
    /// <returns>The weights in the file's order, and what was done, in words.</returns>
    internal static (OrderedDictionary<string, FileWeight> Weights, IReadOnlyList<string> Notes) Adapt(
        OrderedDictionary<string, FileWeight> file, Func<string, bool>? networkHas)
    {
        var made = new Dictionary<string, IReadOnlyList<(string Name, FileWeight Weight)>>();
        var used = new HashSet<string>();
        var notes = new List<string>();
        foreach (var group in NormGroup.In(file.Keys, file.ContainsKey))
        {
            if (used.Contains(group.Main) || Become(group, file, networkHas) is not var (weights, what))
                continue;
            made[group.Main] = weights;
            used.UnionWith(group.Names.Where(file.ContainsKey));
            notes.Add(what);
        }

        if (made.Count == 0)
            return (file, []);
        var all = new OrderedDictionary<string, FileWeight>();
        foreach (var (name, weight) in file)
        {
            if (made.TryGetValue(name, out var instead))
            {
                foreach (var (newName, newWeight) in instead)
                    all[newName] = newWeight;
            }
            else if (!used.Contains(name))
            {
                all[name] = weight;
            }
        }

        return (all, [.. notes.GroupBy(note => note).Select(alike => $"{alike.Key} ({Words.Count(alike.Count(), "weight")})")]);
    }

    private static (IReadOnlyList<(string Name, FileWeight Weight)> Weights, string What)? Become(
        NormGroup group, OrderedDictionary<string, FileWeight> file, Func<string, bool>? networkHas)
    {
        if (networkHas is not null && HasAll(group, file, networkHas))
            return null;
        return group.Spelling.IsSpectral ? BecomeSpectral(group, file, networkHas) : BecomeWeight(group, file, networkHas);
    }

    /// <summary>The network has this very norm under these very names, and the file all of it.</summary>
    private static bool HasAll(NormGroup group, OrderedDictionary<string, FileWeight> file, Func<string, bool> networkHas) =>
        networkHas(group.Main) && networkHas(group.Vector)
            && group.Needed.All(name => file.ContainsKey(name) || !networkHas(name));

    private static (IReadOnlyList<(string Name, FileWeight Weight)> Weights, string What)? BecomeSpectral(
        NormGroup group, OrderedDictionary<string, FileWeight> file, Func<string, bool>? networkHas)
    {
        var (main, vector) = (file[group.Main], file[group.Vector]);
        var right = group.RightVector is { } name ? file.GetValueOrDefault(name) : null;
        var divided = group.Divided is { } plain ? file.GetValueOrDefault(plain) : null;
        var outputs = vector.Tensor.ElementCount;
        if (main.Tensor.Shape.Count < 2 || Dimensions(main.Tensor.Shape, outputs).Length == 0
            || (divided is not null && !divided.Tensor.Shape.SequenceEqual(main.Tensor.Shape)))
            return null;
        var other = NormSpelling.Spectral.Select(spelling => group with { Spelling = spelling })
            .FirstOrDefault(other => networkHas?.Invoke(other.Main) is not false && networkHas?.Invoke(other.Vector) is not false);
        var inputs = outputs == 0 ? 0 : main.Tensor.ElementCount / outputs;
        if (right is not null && right.Tensor.ElementCount != inputs)
            return null;
        if (right is null && divided is null && !group.Spelling.StepsFirst)
            return null; // nothing tells the other vector

        PyTorchTensor[] sources = [.. new[] { main, vector, right ?? divided }.OfType<FileWeight>().Select(part => part.Tensor)];
        var spelling = group.Spelling.Description;
        if (other is null)
        {
            if (!networkHas!(group.Plain))
                return null;
            var weight = divided ?? new(main.SavedName,
                ComputedData.Tensor(main.Tensor, sources, parts => Normalize(parts, right is not null)),
                $"the weight that the spectral norm of {spelling} gives");
            return ([(group.Plain, weight)], $"the weight that the spectral norm of {spelling} gives in evaluation mode was taken");
        }

        var parts = new List<(string, FileWeight)> { (other.Main, main) };
        if (right is not null)
        {
            parts.Add((other.Vector, vector));
            if (other.RightVector is { } rightName)
                parts.Add((rightName, right));
            return (parts, $"the spectral norm of {spelling} was given the network's names");
        }

        var how = divided is not null
            ? "v was solved from u and the divided weight" : "u and v are those of the next forward pass, which steps first";
        parts.Add((other.Vector, divided is not null ? vector : Vector(vector, first: true, outputs)));
        if (other.RightVector is { } solved)
            parts.Add((solved, Vector(main, first: false, inputs)));
        return (parts, $"the spectral norm of {spelling} was given the network's names, and {how}");

        FileWeight Vector(FileWeight of, bool first, long length) => new(of.SavedName, ComputedData.Tensor(
            main.Tensor, sources, found =>
            {
                var (u, v) = Vectors(found, divided is not null);
                return first ? u : v;
            },
            [length]), how);
    }

    private static (IReadOnlyList<(string Name, FileWeight Weight)> Weights, string What)? BecomeWeight(
        NormGroup group, OrderedDictionary<string, FileWeight> file, Func<string, bool>? networkHas)
    {
        var (direction, length) = (file[group.Main], file[group.Vector]);
        var sizes = length.Tensor.Shape is [1] ? Array.Empty<long>() : length.Tensor.Shape;
        if (sizes.Count > 0 && (sizes.Count != direction.Tensor.Shape.Count
                || sizes.Zip(direction.Tensor.Shape).Any(pair => pair.First != 1 && pair.First != pair.Second)))
            return null;
        if (networkHas is not null && NormSpelling.Weight.Select(spelling => group with { Spelling = spelling })
            .FirstOrDefault(other => networkHas(other.Main) && networkHas(other.Vector)) is { } other)
        {
            return ([(other.Vector, length), (other.Main, direction)],
                $"the weight norm of {group.Spelling.Description} was given the network's names");
        }

        if (networkHas?.Invoke(group.Plain) is false)
            return null;
        long[] over = sizes.Count == 0 ? [.. Enumerable.Range(0, direction.Tensor.Shape.Count).Select(i => (long)i)]
            : [.. sizes.Select((size, i) => (size, i)).Where(at => at.size == 1).Select(at => (long)at.i)];
        var weight = ComputedData.Tensor(direction.Tensor, [direction.Tensor, length.Tensor], parts =>
            over.Length == 0 ? parts[1] * parts[0].sign() : parts[1] * parts[0] / parts[0].square().sum(over, keepdim: sizes.Count > 0).sqrt());
        return ([(group.Plain, new(direction.SavedName, weight, "computed from direction and length"))],
            $"the weight that the weight norm of {group.Spelling.Description} gives was taken");
    }

    /// <summary>Which dimensions can be the one that counts outputs: 0, or 1 in transposed convolutions.</summary>
    private static int[] Dimensions(IReadOnlyList<long> shape, long outputs) =>
        [.. Enumerable.Range(0, 2).Where(dimension => shape[dimension] == outputs)];

    /// <summary>W / (u . W v).</summary>
    private static Tensor Normalize(Tensor[] parts, bool hasRightVector)
    {
        var (u, v) = hasRightVector ? (parts[1].flatten(), parts[2].flatten()) : Vectors(parts, hasDivided: false);
        return parts[0] / u.dot(Matrix(parts[0], u, hasRightVector ? v : null).mv(v));
    }

    /// <summary>
    /// The vectors that go with a weight and u: those after a step of the power iteration, or, where the divided weight is
    /// there, u and the v of which <c>u = W v / |W v|</c> and <c>u . W v</c> is the divisor.
    /// </summary>
    private static (Tensor U, Tensor V) Vectors(Tensor[] parts, bool hasDivided)
    {
        var (weight, u) = (parts[0], parts[1].flatten());
        if (!hasDivided)
        {
            var matrix = Matrix(weight, u, null);
            var v = nn.functional.normalize(matrix.t().mv(u), dim: 0, eps: 1e-12);
            return (nn.functional.normalize(matrix.mv(v), dim: 0, eps: 1e-12), v);
        }

        // The least-squares fit, which is exact unless the weight was trained on after it was divided.
        var sigma = (weight * parts[2]).sum() / parts[2].square().sum();
        return (u, Solve(Matrix(weight, u, null, sigma), u, sigma));
    }

    /// <summary>v = pinv(W) u, scaled so that u . W v is sigma.</summary>
    private static Tensor Solve(Tensor matrix, Tensor u, Tensor sigma)
    {
        var isWide = matrix.shape[0] <= matrix.shape[1];
        var (values, vectors) = linalg.eigh(isWide ? matrix.mm(matrix.t()) : matrix.t().mm(matrix));
        var inverse = where(values > values.max() * LeastEigenvalue, values.reciprocal(), zeros_like(values));
        var right = isWide ? u : matrix.t().mv(u);
        var solution = vectors.mv(inverse * vectors.t().mv(right));
        var v = isWide ? matrix.t().mv(solution) : solution;
        return (v * (sigma / u.dot(matrix.mv(v)))).nan_to_num();
    }

    /// <summary>
    /// The weight as a matrix (outputs, all else). Where a transposed convolution has as many inputs as outputs, sizes do not
    /// tell which are which, but the vectors do: only in one matrix is u the image of v, and sigma the stretch of u.
    /// </summary>
    private static Tensor Matrix(Tensor weight, Tensor u, Tensor? v, Tensor? sigma = null)
    {
        var all = Dimensions(weight.shape, u.numel()).Select(dimension => weight.transpose(0, dimension).flatten(1)).ToArray();
        return all.Length == 1 || (v is null && sigma is null) ? all[0] : all.MinBy(matrix => v is not null
            ? (nn.functional.normalize(matrix.mv(v), dim: 0) - u).norm().item<double>()
            : (matrix.t().mv(u).norm() - sigma!).abs().item<double>())!;
    }
}
