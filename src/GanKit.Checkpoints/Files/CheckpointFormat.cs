namespace GanKit.Checkpoints;

/// <summary>How a file keeps weights. The content of a file decides, not its name.</summary>
public enum CheckpointFormat
{
    /// <summary>
    /// The format of <c>torch.save</c> since PyTorch 1.6: a zip archive of a pickle and one entry a storage.
    /// </summary>
    PyTorchZip,

    /// <summary>The format of <c>torch.save</c> before PyTorch 1.6 (2017 to 2020): pickles, then the storages.</summary>
    PyTorchLegacy,

    /// <summary>A bare pickle (<c>pickle.dump</c>) with tensors in it, as the StyleGAN family publishes.</summary>
    Pickle,

    /// <summary>safetensors: a JSON header, then the tensors.</summary>
    Safetensors,

    /// <summary>
    /// A folder of several safetensors or PyTorch files with an index (<c>*.index.json</c>), as Hugging Face publishes.
    /// </summary>
    Sharded,

    /// <summary>
    /// The format of TorchSharp's <c>Module.save</c>, and of <see cref="Weights.SaveWeights"/> under the name <c>.dat</c>.
    /// </summary>
    TorchSharp,
}
