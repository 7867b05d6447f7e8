namespace GanKit.Checkpoints;

/// <summary>A field of TorchSharp's, to read and to write.</summary>
internal delegate ref TField FieldOf<in TOwner, TField>(TOwner owner);
