namespace Composition;

/// <summary>What networks weighed before they were trained.</summary>
internal sealed class Weights : IDisposable
{
    private readonly (string Name, Tensor Before, Tensor Now)[] _weights;

    public Weights(params Module[] networks) => _weights =
    [
        .. from network in networks
           from entry in network.named_parameters()
           where entry.parameter.dim() > 1 // the gradient of a bias before a normalisation is zero, and rightly so
           select ($"{network.GetName()}.{entry.name}", entry.parameter.detach().clone(), (Tensor)entry.parameter),
    ];

    /// <summary>The names of the weights in which not one number has changed.</summary>
    public IEnumerable<string> Unchanged() =>
        _weights.Where(weight => equal(weight.Before, weight.Now).all().item<bool>()).Select(weight => weight.Name);

    public void Dispose() => Array.ForEach(_weights, weight => weight.Before.Dispose());
}
