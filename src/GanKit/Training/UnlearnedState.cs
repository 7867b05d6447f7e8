using static TorchSharp.torch;

namespace GanKit;

/// <summary>What a pass of a network changes though no update follows: buffers, and what modules keep themselves.</summary>
internal sealed class UnlearnedState(nn.Module network) : IStateful
{
    public void VisitState(StateVisitor visitor)
    {
        visitor.Group("buffers", buffers =>
        {
            foreach (var (name, buffer) in network.named_buffers())
                buffers.Tensor(name, buffer);
        });
        visitor.Group("modules", modules =>
        {
            foreach (var (name, module) in network.named_modules().Prepend(("(itself)", network)))
                modules.Part(name, module);
        });
    }
}
